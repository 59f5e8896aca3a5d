import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def move(apps, schema_editor):
    """Take over the sessions that Django's own table holds, so that nobody is signed out."""
    from django.contrib.auth import SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    connection = schema_editor.connection
    if "django_session" not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT session_key, session_data, expire_date FROM django_session"
            " WHERE expire_date > now()"
        )
        rows = cursor.fetchall()
        cursor.execute("DROP TABLE django_session")
    decode = SessionStore().decode
    session = apps.get_model("accounts", "Session")
    session.objects.bulk_create(
        session(
            session_key=key,
            session_data=data,
            expire_date=ends,
            user_id=decode(data).get(SESSION_KEY),
        )
        for key, data, ends in rows
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_used_links"),
    ]

    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                        verbose_name="session key",
                    ),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "abstract": False,
            },
        ),
        migrations.RunPython(move, migrations.RunPython.noop),
    ]
