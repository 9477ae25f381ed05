"""How the site runs. What it does is in `studio/`; what can be set from outside is in `environment.py`."""

from typing import Any

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from .environment import BASE_DIR, Environment, bucket_origins, s3_options
from .logs import logging_config

ENVIRONMENT = Environment.read()

DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
CSRF_TRUSTED_ORIGINS = ENVIRONMENT.trusted_origins

INSTALLED_APPS = [
    "studio.apps.StudioConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
]

MIDDLEWARE = [
    "studio.telemetry.requests.RequestIds",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "studio.telemetry.requests.PersonIds",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "studio.views.body_limit.body_limit",
]

ROOT_URLCONF = "nbweb.urls"
WSGI_APPLICATION = "nbweb.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "studio.views.shell.shell",
            ],
        },
    }
]

DATABASES = {"default": ENVIRONMENT.database}

# ── People ─────────────────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "studio.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
# A studio spends its owner's money: people are invited, nobody walks in.
ACCOUNT_ADAPTER = "studio.accounts.ClosedDoor"
ACCOUNT_EMAIL_VERIFICATION = "none"
# No mail server is known: nothing is sent, and pages that would send something do not offer it.
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}
NB_MAIL = False
SILENCED_SYSTEM_CHECKS = ["mail.E001"]  # which would have a mail server where none is needed
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"

# ── Words, numbers, times ──────────────────────────────────────────────────────────────────────────
USE_TZ = True
TIME_ZONE = ENVIRONMENT.time_zone
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]

# ── Files ──────────────────────────────────────────────────────────────────────────────────────────
STATIC_URL = "static/"
STATIC_ROOT = ENVIRONMENT.static_root
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = ENVIRONMENT.media_root  # never served by address: studio/views/media.py is the one door
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
# Uploads go to disk while they arrive, and stop at the first byte over the limit.
FILE_UPLOAD_HANDLERS = ["studio.storage.uploads.CappedUploadHandler"]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "studio.storage.disk.DiskStorage"},
    "disk": {"BACKEND": "studio.storage.disk.DiskStorage"},  # also beside a bucket: `manage.py move_pictures`
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
if ENVIRONMENT.bucket:
    # Keys and region are read by the client library itself, from the usual AWS_* variables.
    STORAGES["bucket"] = {"BACKEND": "studio.storage.bucket.BucketStorage", "OPTIONS": s3_options(ENVIRONMENT)}
    STORAGES["default"] = STORAGES["bucket"]

# ── Security ───────────────────────────────────────────────────────────────────────────────────────
PICTURE_SOURCES = [CSP.SELF, "blob:"]  # blob: the preview of a picture that is still being uploaded
if ENVIRONMENT.media_delivery == "redirect":
    PICTURE_SOURCES += bucket_origins(ENVIRONMENT)
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": PICTURE_SOURCES,
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "manifest-src": [CSP.SELF],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "studio.views.errors.csrf_failure"
if ENVIRONMENT.behind_https:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_SECURE = True
    CSRF_COOKIE_NAME = "__Host-csrftoken"

# ── Work ───────────────────────────────────────────────────────────────────────────────────────────
TASKS: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "studio.jobs.embedded.EmbeddedBackend",
        "OPTIONS": {"slots": ENVIRONMENT.worker_slots, "lock_file": str(ENVIRONMENT.data_dir / "worker.lock")},
    }
}
if ENVIRONMENT.worker == "procrastinate":
    INSTALLED_APPS.append("procrastinate.contrib.django")
    TASKS["default"] = {"BACKEND": "studio.jobs.scaled.ProcrastinateBackend"}
NB_GATEWAY_URL = ENVIRONMENT.gateway_url
NB_API_KEY = ENVIRONMENT.api_key
NB_OSS_API_KEY = ENVIRONMENT.oss_api_key
NB_SYSTEM_TOKEN = ENVIRONMENT.system_token
NB_OSS_HOSTS = ENVIRONMENT.oss_hosts
NB_MEDIA_DELIVERY = ENVIRONMENT.media_delivery
NB_SPOOL_DIR = ENVIRONMENT.spool_dir
NB_TIMEOUT_SCALE = ENVIRONMENT.timeout_scale
NB_WORKER = ENVIRONMENT.worker
NB_WORKER_SLOTS = ENVIRONMENT.worker_slots
NB_VERIFY_AT = ENVIRONMENT.verify_at
NB_TRASH_DAYS = ENVIRONMENT.trash_days
NB_PRACTICE = ENVIRONMENT.is_practice
NB_METRICS = ENVIRONMENT.metrics
NB_DEMO = ENVIRONMENT.is_demo  # set by `manage.py demo`, which listens on loopback only
NB_DEMO_PASSWORD = "banana-bread-2026"  # noqa: S105  (printed on the sign-in page of the demo)

LOGGING = logging_config(ENVIRONMENT)
