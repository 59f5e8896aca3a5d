"""What may become the picture of an article."""

from typing import IO, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image

FORMATS = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
MOST_BYTES = 8_000_000
MOST_PIXELS = 40_000_000


def check_picture(file: IO[bytes], *, size: int) -> str:
    """Read a picture through and return the ending that suits its format (``.jpg``).

    ``size`` is in bytes. Raises ValidationError, in words for whoever chose the file, when it is
    too large, too wide and high, of another format, or no picture.
    """
    if size > MOST_BYTES:
        raise ValidationError(
            _("The file has %(size)d MB; a picture has %(most)d MB at most.")
            % {"size": -(-size // 1_000_000), "most": MOST_BYTES // 1_000_000}
        )
    try:
        file.seek(0)
        with Image.open(file, formats=tuple(FORMATS)) as picture:
            width, height, kind = picture.width, picture.height, str(picture.format)
            if width * height <= MOST_PIXELS:
                picture.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValidationError(
            _("This is not a picture that can be shown: JPEG, PNG and WebP can.")
        ) from error
    finally:
        file.seek(0)
    if width * height > MOST_PIXELS:
        raise ValidationError(
            _("%(width)d x %(height)d pixels are too many; make it smaller.")
            % {"width": width, "height": height}
        )
    return FORMATS[kind]


def validate_picture(file: Any) -> None:
    """The same for a form's field."""
    check_picture(file, size=file.size)
