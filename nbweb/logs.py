"""Where log lines go and how they look: one set-up for Django and for gunicorn before it."""

from typing import Any

from .environment import Environment


def logging_config(environment: Environment) -> dict[str, Any]:
    """For `logging.config.dictConfig`: everything to standard error, in the form that `NB_LOG` names."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            name: {"()": f"studio.telemetry.lines.{formatter}", "secrets": environment.secrets}
            for name, formatter in (("text", "TextLines"), ("json", "JsonLines"))
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": environment.log}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "studio": {"level": "INFO"},
            "gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True},
        },
    }
