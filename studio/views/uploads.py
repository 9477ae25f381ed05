from django.http import HttpRequest, HttpResponse


def uploads(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)
