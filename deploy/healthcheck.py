"""Does the server in this container answer? Asked as the proxy in front would ask: by a name it answers to, over https.

A container that only sends is asked otherwise: `python manage.py worker --check`.
"""

import os
import urllib.request

host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip("*.") or "127.0.0.1"
address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/livez"
question = urllib.request.Request(address, headers={"Host": host, "X-Forwarded-Proto": "https"})
urllib.request.build_opener(urllib.request.ProxyHandler({})).open(question, timeout=3)
