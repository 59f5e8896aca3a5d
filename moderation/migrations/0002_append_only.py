"""What was decided, scored and published stays as it was: the database refuses to change it."""

from django.db import migrations

TABLES = (
    "moderation_decision",
    "moderation_classification",
    "moderation_ruleset",
    "moderation_wordlistsnapshot",
)

CREATE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
""" + "".join(
    f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change();\n"
    for table in TABLES
)

DROP = "".join(f"DROP TRIGGER append_only ON {table};\n" for table in TABLES) + (
    "DROP FUNCTION refuse_change();"
)

# The queue's rows live for a moment: without early vacuuming its indexes fill with dead entries.
TUNE = """
ALTER TABLE moderation_screeningjob SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, fillfactor = 70);
"""


class Migration(migrations.Migration):
    dependencies = [("moderation", "0001_initial")]

    operations = [
        migrations.RunSQL(CREATE, DROP),
        migrations.RunSQL(TUNE, migrations.RunSQL.noop),
    ]
