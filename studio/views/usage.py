from django.http import HttpRequest, HttpResponse


def usage(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def statement(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)
