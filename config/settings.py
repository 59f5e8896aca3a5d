"""All settings, from the environment. The defaults suit production; ``./run`` sets the rest."""

from pathlib import Path
from typing import Any

import dj_database_url
import structlog
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import env, openid
from config.files import add_headers
from config.logs import without_links

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Who we are -----------------------------------------------------------------------------
SECRET_KEY = env.text("SECRET_KEY")
DEBUG = env.flag("DEBUG")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
SITE_URL = env.text("SITE_URL", "http://localhost:8000").rstrip("/")
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

INSTALLED_APPS = [
    "mailing",
    "privacy",
    "accounts",
    "comments",
    "moderation",
    "integrations",
    "config.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "django_prometheus",
    "django_structlog",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "config.middleware.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "comments.embedding.middleware.OpenerMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.OddRequestMiddleware",
    "config.middleware.DatabaseDownMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.known.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "comments.context.site",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- PostgreSQL and Redis -------------------------------------------------------------------
DATABASES = {
    "default": {
        **dj_database_url.parse(env.text("DATABASE_URL"), conn_health_checks=True),
        "CONN_MAX_AGE": env.number("DATABASE_CONNECTION_SECONDS", 600),
    }
}
DATABASES["default"].setdefault("OPTIONS", {}).update(  # type: ignore[attr-defined]
    connect_timeout=3,
    prepare_threshold=5,  # times a statement of accounts.prepared is asked before it is kept
)

REDIS_URL = env.text("REDIS_URL")
REDIS_TIMEOUT_SECONDS = 0.25
_REDIS_CACHE = {
    "LOCATION": REDIS_URL,
    "OPTIONS": {
        "socket_timeout": REDIS_TIMEOUT_SECONDS,
        "socket_connect_timeout": REDIS_TIMEOUT_SECONDS,
    },
}
CACHES = {
    "default": {"BACKEND": "config.caches.CalmRedisCache", **_REDIS_CACHE},
    "strict": {"BACKEND": "django.core.cache.backends.redis.RedisCache", **_REDIS_CACHE},
    # Rendered discussions, named by the discussion's version: an entry is never wrong, only
    # unused, so each process may keep its own and Redis may be down.
    "fragments": {
        "BACKEND": "config.caches.HeldCache",
        "LOCATION": "fragments",
        "TIMEOUT": 3600,
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
}

# --- Celery ---------------------------------------------------------------------------------
CELERY_BROKER_URL = env.celery_broker(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 2,
    "socket_connect_timeout": 2,
    "visibility_timeout": 600,
    "max_retries": 1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_STORE_ERRORS_EVEN_IF_IGNORED = False
# A message is only a wake-up: leases in the database carry the work, so a message is
# acknowledged at once and one that is lost or doubled does no harm.
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_DEFAULT_QUEUE = "maintenance"
CELERY_TASK_QUEUES = {name: {"routing_key": name} for name in ("screening", "mail", "maintenance")}
CELERY_TASK_ROUTES = {
    "moderation.screen_pending": {"queue": "screening"},
    "moderation.sweep_screening": {"queue": "screening"},
    "moderation.look_closer": {"queue": "screening"},  # a moderator looks on
    "integrations.deliver": {"queue": "mail"},
    "mailing.deliver": {"queue": "mail"},
    "moderation.tell_authors": {"queue": "mail"},
    "comments.tell_followers": {"queue": "mail"},
}
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = None
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "sweep-screening": {
        "task": "moderation.sweep_screening",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "look-closer": {
        "task": "moderation.look_closer",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "rescore": {
        "task": "moderation.rescore",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "run-batches": {
        "task": "moderation.run_batches",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "run-trials": {
        "task": "moderation.run_trials",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "learn-from-decisions": {
        "task": "moderation.learn_from_decisions",
        "schedule": crontab(hour=3, minute=30),
        "options": {"expires": 3600},
    },
    "add-up-hours": {
        "task": "moderation.add_up_hours",
        "schedule": crontab(minute=12),
        "options": {"expires": 1800},
    },
    "add-up-everything": {
        "task": "moderation.add_up_everything",
        "schedule": crontab(hour=4, minute=20),
        "options": {"expires": 3600},
    },
    "check-promises": {
        "task": "moderation.check_promises",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "watch-automations": {
        "task": "moderation.watch_automations",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "send-letters": {
        "task": "mailing.deliver",
        "schedule": 5.0,
        "options": {"expires": 5, "queue": "mail"},
    },
    "deliver": {
        "task": "integrations.deliver",
        "schedule": 5.0,
        "options": {"expires": 5, "queue": "mail"},
    },
    "tell-authors": {
        "task": "moderation.tell_authors",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "tell-followers": {
        "task": "comments.tell_followers",
        "schedule": 30.0,
        "options": {"expires": 30, "queue": "mail"},
    },
    "forget-unconfirmed": {
        "task": "comments.forget_unconfirmed",
        "schedule": 24 * 3600.0,
        "options": {"expires": 3600},
    },
    "store-reads": {
        "task": "comments.store_reads",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "forget-days": {
        "task": "moderation.forget_days",
        "schedule": 24 * 3600.0,
        "options": {"expires": 3600},
    },
    "answer-notices": {
        "task": "moderation.answer_notices",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "erase": {
        "task": "privacy.erase",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "retain": {
        "task": "privacy.retain",
        "schedule": crontab(hour=2, minute=40),
        "options": {"expires": 3600},
    },
}

# What makes the classifier: a callable without arguments that returns a classifier.base.Classifier.
CLASSIFIER = env.text("CLASSIFIER", "classifier.loading.load_classifier")
SCREENING_BATCH = env.number("SCREENING_BATCH", 64)
SCREENING_LEASE_SECONDS = env.number("SCREENING_LEASE_SECONDS", 20)
SCREENING_ATTEMPTS = 3
CLAIM_SECONDS = env.number("CLAIM_SECONDS", 600)

# --- What one address may send --------------------------------------------------------------
COMMENTS_PER_MINUTE = env.number("COMMENTS_PER_MINUTE", 5)
COMMENTS_PER_HOUR = env.number("COMMENTS_PER_HOUR", 60)
REPORTS_PER_HOUR = env.number("REPORTS_PER_HOUR", 30)
FOLLOWS_PER_HOUR = env.number("FOLLOWS_PER_HOUR", 20)
APPEALS_PER_HOUR = env.number("APPEALS_PER_HOUR", 10)
APPEALS_PER_DAY = env.number("APPEALS_PER_DAY", 20)  # of one author, from wherever
ILLEGAL_NOTICES_PER_HOUR = env.number("ILLEGAL_NOTICES_PER_HOUR", 10)
# Wishes for a link to one's own comments; to one mail address half of that at most.
LINKS_PER_HOUR = env.number("LINKS_PER_HOUR", 10)
OPINIONS_PER_HOUR = env.number("OPINIONS_PER_HOUR", 120)  # mutes, and "I disagree"
# Nobody writes a comment faster than this; a form that comes back sooner was not typed.
COMMENT_MIN_SECONDS = env.number("COMMENT_MIN_SECONDS", 2)

# --- Telling others -------------------------------------------------------------------------
EMAIL_BACKEND = "mailing.backend.Outbox"
# With MAIL_FOLDER letters become files there instead: for a site that tries things out.
EMAIL_FILE_PATH = env.text("MAIL_FOLDER", "")
_TRANSPORT = "mailing.folder" if EMAIL_FILE_PATH else "django.core.mail.backends.smtp"
MAIL_TRANSPORT = f"{_TRANSPORT}.EmailBackend"
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_STARTTLS")
EMAIL_USE_SSL = env.flag("EMAIL_TLS")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "ordstyrer@localhost")
# Receivers inside one's own network, "host:port" with commas between: there a webhook may go to a
# private address, and over http. Everywhere else it goes over https to public addresses alone.
WEBHOOK_INSIDE_HOSTS = env.words("WEBHOOK_INSIDE_HOSTS")

# --- Signing in -----------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.known.Backend",
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": name}
    for name in (
        "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "accounts.passwords.LengthValidator",
        "django.contrib.auth.password_validation.CommonPasswordValidator",
        "django.contrib.auth.password_validation.NumericPasswordValidator",
    )
]
# Whether readers may open accounts. Without, a site admin makes them, or an OpenID provider does.
SIGN_UP = env.flag("SIGN_UP", True)
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
# Codes, not links: a code is good only in the browser that asked for it, so nobody can have the
# owner of an address confirm an account that somebody else made and knows the password of.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
# Wrong passwords are django-axes' to count, below. This stands above it, and for one-time codes.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "30/m/ip,15/300s/key"}
ACCOUNT_FORMS = {
    "login": "accounts.allauth_forms.SignInForm",
    "signup": "accounts.allauth_forms.SignUpForm",
    "add_email": "accounts.allauth_forms.ChangeAddressForm",
    "change_password": "accounts.allauth_forms.ChangePasswordForm",
    "set_password": "accounts.allauth_forms.SetPasswordForm",
    "reset_password": "accounts.allauth_forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.allauth_forms.NewPasswordForm",
    "reauthenticate": "accounts.allauth_forms.AskAgainForm",
    "confirm_email_verification_code": "accounts.allauth_forms.AddressCodeForm",
    "confirm_reauthentication_code": "accounts.allauth_forms.AskAgainCodeForm",
    "confirm_password_reset_code": "accounts.allauth_forms.PasswordCodeForm",
}
MFA_ADAPTER = "accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # the code before and after: one types for some seconds, and clocks differ
MFA_FORMS = {
    "add_webauthn": "accounts.mfa_forms.AddPasskeyForm",
    "activate_totp": "accounts.mfa_forms.TurnOnAppForm",
    "authenticate": "accounts.mfa_forms.AppCodeForm",
    "reauthenticate": "accounts.mfa_forms.AskCodeAgainForm",
}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = SITE_URL.startswith("http://localhost")
SOCIALACCOUNT_ADAPTER = "accounts.adapters.SocialAdapter"
SOCIALACCOUNT_FORMS = {"signup": "accounts.allauth_forms.SocialSignUpForm"}
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": openid.providers()}
}
# Whoever a provider says has a verified address signs in to the account of that address. Only for
# providers that the site trusts to check addresses.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = env.flag("OIDC_SAME_ADDRESS_SAME_ACCOUNT")
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = SOCIALACCOUNT_EMAIL_AUTHENTICATION
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_HTTP_RESPONSE_CODE = 429
AXES_LOCKOUT_TEMPLATE = "accounts/locked_out.html"
AXES_USERNAME_CALLABLE = "accounts.signing_in.tried_address"
AXES_IPWARE_PROXY_COUNT = env.number("PROXY_COUNT", 0) or None
AXES_CLIENT_IP_CALLABLE = "comments.addresses.pseudonym_of_client"
AXES_VERBOSE = False

# --- What a browser may do ------------------------------------------------------------------
SECURE = env.flag("SECURE", SITE_URL.startswith("https://"))
PROXY_COUNT = env.number("PROXY_COUNT", 0)
if env.flag("BEHIND_TLS_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = SECURE and env.flag("SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "accounts.known"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "config.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF, *openid.origins()],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000  # the admin's list of rules has five for each
FILE_UPLOAD_MAX_MEMORY_SIZE = 5_000_000

# --- Files ----------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles"))
MEDIA_URL = "media/"
MEDIA_ROOT = env.text("MEDIA_ROOT", str(BASE_DIR / "media"))
# Hashed names cost a build step; ./run serves the files from where they lie.
WHITENOISE_USE_FINDERS = env.flag("SERVE_STATIC_FROM_SOURCE")
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ADD_HEADERS_FUNCTION = add_headers
_MANIFEST = "whitenoise.storage.CompressedManifestStaticFilesStorage"
_PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _PLAIN if WHITENOISE_USE_FINDERS else _MANIFEST},
}

# --- Language and time ----------------------------------------------------------------------
LANGUAGE_CODE = env.text("LANGUAGE_CODE", "en-gb")
LANGUAGES = [("en-gb", _("English")), ("nb", _("Norwegian Bokmål"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = env.text("TIME_ZONE", "UTC")
USE_TZ = True
USE_I18N = True

# --- Logs -----------------------------------------------------------------------------------
LOG_FORMAT = env.text("LOG_FORMAT", "json")
_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
    without_links,
]
structlog.configure(
    processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
            "foreign_pre_chain": _SHARED,
        },
        "console": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            ),
            "foreign_pre_chain": _SHARED,
        },
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json" if LOG_FORMAT == "json" else "console",
        }
    },
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django_structlog": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
    },
}
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # no log holds a network address
METRICS_TOKEN = env.text("METRICS_TOKEN", "")
