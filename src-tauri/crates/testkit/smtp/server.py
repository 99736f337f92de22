"""The mail server of the tests: aiosmtpd, told by its arguments how it behaves.

Prints its port, then every letter it takes as one line of JSON. Ends when its input does.
"""

import argparse
import asyncio
import json
import os
import ssl
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult


class Letters:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody."):
            return "550 5.1.1 No such mailbox"
        if address.startswith("busy."):
            return "451 4.3.0 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        print(
            json.dumps(
                {
                    "from": envelope.mail_from,
                    "to": envelope.rcpt_tos,
                    "tls": server.transport.get_extra_info("ssl_object") is not None,
                    "login": getattr(session, "auth_data", None),
                    "content": envelope.content.decode("ascii"),
                }
            ),
            flush=True,
        )
        return "250 OK"


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--security", choices=["none", "starttls", "tls"], default="none")
    options.add_argument("--login")
    options.add_argument("--password")
    options.add_argument("--certificate")
    options.add_argument("--key")
    asked = options.parse_args()

    context = None
    if asked.security != "none":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(asked.certificate, asked.key)

    def authenticate(server, session, envelope, mechanism, data):
        right = (asked.login.encode(), asked.password.encode())
        if (data.login, data.password) != right:
            return AuthResult(success=False, handled=False)
        return AuthResult(success=True, auth_data=asked.login)

    def session():
        rules = {"hostname": "localhost", "enable_SMTPUTF8": True}
        if asked.security == "starttls":
            rules |= {"tls_context": context, "require_starttls": True}
        if asked.login:
            rules |= {
                "authenticator": authenticate,
                "auth_required": True,
                # aiosmtpd only knows that a line is protected when it began openly
                "auth_require_tls": asked.security == "starttls",
            }
        return SMTP(Letters(), **rules)

    async def serve():
        wrapper = context if asked.security == "tls" else None
        listening = await asyncio.get_running_loop().create_server(
            session, "127.0.0.1", asked.port, ssl=wrapper
        )
        print(listening.sockets[0].getsockname()[1], flush=True)
        await listening.serve_forever()

    def end_with_input():
        sys.stdin.read()
        os._exit(0)

    threading.Thread(target=end_with_input, daemon=True).start()
    asyncio.run(serve())


main()
