from django.http import HttpRequest, HttpResponse


def runs(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)
