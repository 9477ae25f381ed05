"""How the site runs. What it does is in `studio/`; what can be set from outside is in `environment.py`."""

from typing import Any

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from .environment import BASE_DIR, Environment, bucket_origins, s3_options
from .logs import logging_config
from .sign_in import SignIn

ENVIRONMENT = Environment.read()
SIGN_IN = SignIn.read()

DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key
SECRET_KEY_FALLBACKS = ENVIRONMENT.secret_key_fallbacks
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
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
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
    "studio.views.gates.FirstRun",
    "studio.views.gates.session_life",
    "studio.views.gates.keep_nothing",
    "studio.views.gates.AdminRooms",
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
AUTHENTICATION_BACKENDS = ["studio.accounts.backend.OneHash"]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "studio.accounts.passwords.MaximumLengthValidator"},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
]
if SIGN_IN.asks_for_breaches:
    AUTH_PASSWORD_VALIDATORS.append(
        {
            "NAME": "studio.accounts.passwords.BreachedPasswordValidator",
            "OPTIONS": {"service": SIGN_IN.breaches_url},
        }
    )
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# A studio spends its owner's money: people are invited, nobody walks in.
ACCOUNT_ADAPTER = "studio.accounts.door.ClosedDoor"
ACCOUNT_SIGNUP_FORM_CLASS = "studio.forms.name.NameForm"
ACCOUNT_FORMS = {"login": "studio.forms.account.SignInForm", "signup": "studio.forms.account.InvitedForm"}
ACCOUNT_USER_DISPLAY = "studio.accounts.door.display_name"
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if SIGN_IN.verifies_email else "none"
ACCOUNT_CHANGE_EMAIL = True  # one address; the new one takes its place once it is confirmed
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # a studio writes to its own people, never to whoever was typed
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = int(SIGN_IN.confirmed.total_seconds())
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"

MFA_ADAPTER = "studio.accounts.second_factor.SealedSecrets"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the reason against it is open sign-up, and the door is closed
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off
MFA_FORMS = {
    "authenticate": "studio.forms.account.CodeForm",
    "reauthenticate": "studio.forms.account.ConfirmingCodeForm",
}
NB_SECOND_FACTOR = not ENVIRONMENT.is_demo  # of admins; only the demo, on loopback, does without

SOCIALACCOUNT_ADAPTER = "studio.accounts.single_sign_on.SingleSignOn"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"  # the provider did that, or the person does not come in
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link: `form-action` would forbid the provider's own redirects
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [SIGN_IN.sign_on] if SIGN_IN.sign_on else []}
}
NB_SIGN_ON_DOMAINS = SIGN_IN.sign_on_domains

# Tries are counted in the database, so that all processes count together.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "studio_cacheentry",
        # Nobody pushes another's count out by making many.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
ACCOUNT_RATE_LIMITS = {"login_failed": "30/5m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = SIGN_IN.trusted_proxies

# ── Mail ───────────────────────────────────────────────────────────────────────────────────────────
# Without a mail server nothing is sent, and pages that would send something do not offer it.
NB_MAIL = SIGN_IN.mail is not None
MAILERS = {"default": SIGN_IN.mail or {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}
DEFAULT_FROM_EMAIL = SERVER_EMAIL = SIGN_IN.mail_from
ACCOUNT_EMAIL_NOTIFICATIONS = NB_MAIL  # of changes to one's own password, address and factors
SILENCED_SYSTEM_CHECKS = [] if NB_MAIL else ["mail.E001"]  # which would have a mail server where none is needed

# ── Words, numbers, times ──────────────────────────────────────────────────────────────────────────
USE_TZ = True
TIME_ZONE = ENVIRONMENT.time_zone
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = ENVIRONMENT.behind_https
LOCALE_PATHS = [BASE_DIR / "locale"]

# ── Files ──────────────────────────────────────────────────────────────────────────────────────────
STATIC_URL = "static/"
STATIC_ROOT = ENVIRONMENT.static_root
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = ENVIRONMENT.media_root  # never served by address: studio/views/media.py is the one door
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
# A quarter of the threads is left for whoever sends nothing (bodies.py).
NB_BODIES_AT_ONCE = max(1, ENVIRONMENT.web_threads * 3 // 4)
# Uploads go to disk while they arrive, and stop at the first byte over the limit.
FILE_UPLOAD_HANDLERS = ["studio.storage.uploads.CappedUploadHandler"]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "studio.storage.disk.DiskStorage"},
    "disk": {"BACKEND": "studio.storage.disk.DiskStorage"},  # also beside a bucket: `manage.py move_pictures`
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "studio.static_storage.BundledStaticFilesStorage"
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
    "report-uri": ["/csp-reports/"],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# In the database alone: a session that was ended must be over for every process at once.
SESSION_ENGINE = "studio.accounts.session_store"
SESSION_COOKIE_AGE = int(SIGN_IN.idle.total_seconds())
NB_SESSION_SECONDS = int(SIGN_IN.session.total_seconds())
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
NB_TRACES_URL = ENVIRONMENT.traces_url
NB_SECRETS = ENVIRONMENT.secrets  # by their value: what no log line and no trace may hold
NB_DEMO = ENVIRONMENT.is_demo  # set by `manage.py demo`, which listens on loopback only
NB_DEMO_PASSWORD = "banana-bread-2026"  # noqa: S105  (printed on the sign-in page of the demo)

LOGGING = logging_config(ENVIRONMENT)
