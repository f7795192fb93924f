"""Every setting of the portal, read once from the environment.

DXPORTAL_ENV says where it runs: `production` (the default), `development` (`make run`) or `test`. Production refuses to
start without a secret key, a key for seals, allowed hosts, a database, a broker, a mail server and its own address, and
with a shifted clock.
"""

import re
from pathlib import Path

import environ
import structlog
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF  # noqa: F401
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from structlog.typing import Processor
from whitenoise.compress import Compressor

ROOT = Path(__file__).resolve().parent.parent
env = environ.Env()

ENVIRONMENT = env.str("DXPORTAL_ENV", "production")
if ENVIRONMENT not in {"production", "development", "test"}:
    raise ImproperlyConfigured(f"DXPORTAL_ENV is {ENVIRONMENT!r}; it must be production, development or test.")
PRODUCTION = ENVIRONMENT == "production"


def required(name: str, local: str) -> str:
    """The variable of that name; outside production a local value serves where it is not given."""
    value: str = env.str(name, "" if PRODUCTION else local)
    if not value:
        raise ImproperlyConfigured(f"The environment variable {name} is not set; production does not start without it.")
    return value


DEBUG = False
SECRET_KEY = required("SECRET_KEY", "local-only-key-that-protects-nothing-beyond-this-machine")
# Signs the daily seals of the journal, so it is never in the database. Elsewhere than in production this machine makes
# its own; given as empty, nothing is sealed and the codes of seals are not checked.
SEAL_KEY = required("SEAL_KEY", "") if PRODUCTION else env.str("SEAL_KEY", None)
if SEAL_KEY is None:
    from dxportal.embedded.server import remembered_secret

    SEAL_KEY = remembered_secret(ROOT / "var/seal-key")
ALLOWED_HOSTS = required("ALLOWED_HOSTS", "localhost,127.0.0.1,testserver").split(",")
DATABASE_URL = required("DATABASE_URL", "postgres://dxportal@127.0.0.1:5432/dxportal")
REDIS_URL = required("REDIS_URL", "redis://127.0.0.1:6379/0")
DEMO_CLOCK = env.str("DEMO_CLOCK", "")
if PRODUCTION and DEMO_CLOCK:
    raise ImproperlyConfigured("DEMO_CLOCK is set; production runs on the true time only.")

INSTALLED_APPS = [
    "notifications",
    "reports",
    "accounts",
    "dxportal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "pgtrigger",
    "django_structlog",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "accounts.middleware.request_instant",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.private_pages",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
]

ROOT_URLCONF = "dxportal.urls"
WSGI_APPLICATION = "dxportal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [
            ROOT / "reports/pages/templates",
            ROOT / "reports/admin/templates",
            ROOT / "notifications/templates",
            ROOT / "dxportal/templates",
        ],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dxportal.pages.frame",
            ],
            "libraries": {"portal": "reports.pages.parts", "trying": "reports.pages.trying"},
        },
    },
]

DATABASES = {
    "default": {
        **env.db_url_config(DATABASE_URL),
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": 8, "timeout": 10},
            "options": "-c lock_timeout=5s -c statement_timeout=30s -c timezone=Asia/Ho_Chi_Minh",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sign-in: by account, never by address, as a whole city may stand behind one address.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.adapter.OfficeBackend"]
PASSWORD_HASHERS = ["accounts.hashers.OfficeArgon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "work"
ACCOUNT_ADAPTER = "accounts.adapter.OfficeAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "5/5m/key"}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Asia/Ho_Chi_Minh"
SWEEP_SECONDS = env.float("SWEEP_SECONDS", 60.0)
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": SWEEP_SECONDS, "options": {"expires": SWEEP_SECONDS}}
    for name, task in {
        "open periods": "reports.tasks.open_periods",
        "fold figures": "reports.tasks.fold_figures",
        "drop checks": "reports.tasks.drop_checks",
        "record lapses": "reports.tasks.record_lapses",
        "remind": "notifications.tasks.remind",
        "deliver": "notifications.tasks.deliver",
    }.items()
} | {
    "forget answers": {
        "task": "accounts.tasks.forget_answers",
        "schedule": crontab(minute=17),
        "options": {"expires": 3600.0},
    },
    "seal the journal": {
        "task": "reports.tasks.seal_journal",
        "schedule": crontab(hour=0, minute=30),
        "options": {"expires": 6 * 3600.0},
    },
    "verify the journal": {
        "task": "reports.tasks.verify_journal",
        "schedule": crontab(hour=1, minute=0),
        "options": {"expires": 6 * 3600.0},
    },
    "prove the figures": {
        "task": "reports.tasks.prove_figures",
        "schedule": crontab(hour=2, minute=0),
        "options": {"expires": 6 * 3600.0},
    },
}

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "dxportal_cache",
    }
}

vars().update(env.email_url_config(required("EMAIL_URL", "smtp://127.0.0.1:1025")))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = required("DEFAULT_FROM_EMAIL", "dxportal@localhost")
PORTAL_ADDRESS = required("PORTAL_ADDRESS", "http://127.0.0.1:8000")
WEBHOOK_ALLOW_PRIVATE_ADDRESSES = env.bool("WEBHOOK_ALLOW_PRIVATE_ADDRESSES", False)  # for a gateway inside the office

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese"))]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
FORMAT_MODULE_PATH = ["dxportal.formats"]
USE_THOUSAND_SEPARATOR = False

ATTACHMENTS_ROOT = Path(
    env.str("ATTACHMENTS_ROOT", "/var/lib/dxportal/attachments" if PRODUCTION else str(ROOT / "var/attachments"))
)  # outside the web root: files are sent by the portal, to whom may read them

FILE_UPLOAD_HANDLERS = [
    "dxportal.uploads.Ceiling",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
CLAMD_SOCKET: str = env.str("CLAMD_SOCKET", "")  # the virus scanner that is asked about each file; without one, none is
if CLAMD_SOCKET and not re.fullmatch(r"unix:/.+|tcp:.+:\d{1,5}", CLAMD_SOCKET):
    raise ImproperlyConfigured(f"CLAMD_SOCKET is {CLAMD_SOCKET!r}; it must be unix:/path or tcp:host:port.")

STATIC_URL = "static/"
STATIC_ROOT = ROOT / "var/static"
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = ENVIRONMENT == "test"  # found when asked for, not at each start
STATICFILES_DIRS = [
    ROOT / "reports/pages/static",
    ROOT / "reports/admin/static",
    ROOT / "dxportal/static",
    ROOT / "static",
]
STATIC_STORAGES = {
    "production": "whitenoise.storage.CompressedManifestStaticFilesStorage",  # named by content, compressed once
    "development": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",  # the same, at once
    "test": "django.contrib.staticfiles.storage.StaticFilesStorage",
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": STATIC_STORAGES[ENVIRONMENT]},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a form of several hundred items is drawn on one page
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = False  # the figures grid reads it to send its cells
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["dxportal.api.Json"],
    "DEFAULT_PAGINATION_CLASS": "dxportal.api.Pages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "dxportal.api.problem",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": _("Digital transformation reporting portal"),
    "DESCRIPTION": _(
        "Reports, their moves and the figures of the city, for programs. Requests carry the session of the person who "
        "is signed in, and those that write the value of the cookie csrftoken as X-CSRFToken. Numbers are strings with "
        "a decimal point, instants carry their offset, and every refusal is a problem with a stable code (RFC 9457)."
    ),
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_PATCH": False,
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SORT_OPERATION_PARAMETERS": False,
    "TAGS": [
        {"name": "reports", "description": _("What units owe, file and move")},
        {"name": "figures", "description": _("What reports add up to")},
        {"name": "forms", "description": _("What is asked, and by which rules")},
        {"name": "units", "description": _("Who there is, day by day")},
    ],
    "DISABLE_DOCSTRING_DESCRIPTIONS": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "dxportal.api.document_problems",
        "reports.api.repeating.document_keys",
    ],
    "ENUM_NAME_OVERRIDES": {
        "Level": "accounts.labels.LEVELS.items",
        "UnitKind": "accounts.labels.Kind",
        "Status": "reports.labels.STATUSES.items",
        "Action": "reports.labels.ACTIONS.items",
        "ActionInBulk": "reports.api.moves.TOGETHER.items",
        "Capacity": "accounts.labels.CAPACITIES.items",
        "Standing": "reports.labels.STANDINGS.items",
        "Origin": "reports.labels.ORIGINS.items",
        "State": "reports.labels.STATES.items",
        "Frequency": "reports.labels.FREQUENCIES.items",
        "WindowRule": "reports.labels.WINDOW_RULES.items",
        "SpaceFold": "reports.labels.SPACE_FOLDS.items",
        "TimeFold": "reports.labels.TIME_FOLDS.items",
        "Cause": "reports.models.Revision.Cause",
        "AnswerCause": "reports.labels.CAUSES.items",
        "Absence": "reports.labels.ABSENCES.items",
        "ItemKind": "reports.labels.KINDS.items",
        "SectionShape": "reports.models.Section.Shape",
        "FormKind": "reports.models.FormVersion.Kind",
        "Operator": "reports.labels.OPERATORS.items",
        "Severity": "reports.models.Rule.Severity",
    },
}

STAMPS: list[Processor] = [
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": STAMPS,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event", "logger"]),
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
}
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        *STAMPS,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
