"""A picture to take along with its parameters inside, for whoever asked for just that: `?download=parameters`."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _

from ..models import Output
from ..storage.file_names import content_disposition
from ..storage.inscribe import CannotInscribe, Parameters, inscribed
from ..storage.objects import open_object
from .types import StudioRequest

_ASKED: Final = "parameters"


def asks_for_parameters(request: HttpRequest) -> bool:
    return request.GET.get("download") == _ASKED


def with_parameters(request: StudioRequest, output: Output, name: str) -> HttpResponseBase:
    """The original with its text beside the pixels, streamed. Raises Http404 when this file has no place for it."""
    try:
        file = open_object(output.key)
    except FileNotFoundError as error:
        raise Http404(_("The file of this picture is missing. Ask an admin of the studio.")) from error
    address = request.build_absolute_uri(output.generation.get_absolute_url())
    try:
        spliced = inscribed(file, output.mime_type, parameters_of(output, address))
    except CannotInscribe as error:
        file.close()
        raise Http404(_("This file has no place for its parameters. Download it as it is.")) from error
    response = StreamingHttpResponse(spliced, content_type=output.mime_type)  # and closes it, read or not
    response.headers["Content-Length"] = str(spliced.size_bytes)
    response.headers["Content-Disposition"] = content_disposition(name, as_attachment=True)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def parameters_of(output: Output, address: str) -> Parameters:
    """What its run asked for. No name of a person goes along."""
    generation = output.generation
    run = generation.run
    return Parameters(
        prompt=run.prompt,
        instructions=run.system_prompt,
        model=run.model.name,
        size=f"{run.size}, {output.width} x {output.height}",
        ratio=run.ratio or "as the source",
        frame=generation.frame_number,
        address=address,
        made_at=(generation.finished_at or generation.created_at).isoformat(timespec="seconds"),
    )
