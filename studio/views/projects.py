from django.http import HttpRequest, HttpResponse


def projects(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)
