"""Append-only rows give up what is personal in them, in a transaction that says that it erases.

A trigger's arguments are the columns that may change then, and no other; deleting stays refused.
"""

from django.db import migrations

PERSONAL = {
    "moderation_decision": ("reason", "note", "matched", "shadow"),
    "moderation_auditdraw": ("matched", "shadow"),
    "moderation_classification": ("spans",),
    "moderation_closerlook": ("spans",),
    "moderation_authoract": ("note",),
}

# A closer look is made once, after it was asked for.
CONDITIONS = {"moderation_closerlook": "WHEN (OLD.made_at IS NOT NULL) "}

FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_NARGS > 0
        AND current_setting('ordstyrer.erasing', true) = 'on'
    THEN
        IF to_jsonb(NEW) - TG_ARGV = to_jsonb(OLD) - TG_ARGV THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""


def triggers(*, with_columns: bool) -> str:
    """Return SQL that puts a trigger on each table anew."""
    return "".join(
        _trigger(table, columns if with_columns else ()) for table, columns in PERSONAL.items()
    )


def _trigger(table: str, columns: tuple[str, ...]) -> str:
    named = ", ".join(f"'{column}'" for column in columns)
    return (
        f"DROP TRIGGER append_only ON {table};\n"
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
        f" FOR EACH ROW {CONDITIONS.get(table, '')}EXECUTE FUNCTION refuse_change({named});\n"
    )


class Migration(migrations.Migration):
    dependencies = [("moderation", "0029_statements")]

    operations = [
        migrations.RunSQL(
            FUNCTION + triggers(with_columns=True), triggers(with_columns=False) + BEFORE
        ),
    ]
