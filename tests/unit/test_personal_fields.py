"""No field that could hold something of a person is forgotten when somebody asks to be erased."""

from django.apps import apps

from tests.personal_fields import fields_registered, fields_that_could_hold


def test_every_field_is_either_personal_or_said_not_to_be() -> None:
    known = fields_registered()
    forgotten = [
        name
        for name in fields_that_could_hold()
        if name not in known and name.rpartition(".")[0] not in known
    ]
    assert not forgotten, (
        f"{forgotten}: say in the room's personal.py that they are personal, and have them"
        " downloaded and erased there, or say why they are not"
    )


def test_what_is_registered_exists_and_has_a_reason() -> None:
    for name, reason in fields_registered().items():
        model, _dot, field = name.rpartition(".")
        if name.count(".") == 2:
            apps.get_model(model)._meta.get_field(field)
        else:
            apps.get_model(name)
        assert reason.strip(), name
