"""Logs in to the embedded Telegram with Telethon, looks around, logs out, and prints what it saw, one JSON object.

Usage: telethon_logs_in.py phone|qr PHONE CODE PASSWORD    with TELEGRAM_SESSION_STRING in the environment.
"""

import asyncio
import json
import os
import sys

from telethon import TelegramClient, errors
from telethon.sessions import StringSession


async def by_phone(client, phone, code):
    await client.send_code_request(phone)
    await client.sign_in(phone, code)


async def by_qr_code(client, *_):
    shown = await client.qr_login()
    await shown.wait()


async def main(way, phone, code, password):
    session = StringSession(os.environ["TELEGRAM_SESSION_STRING"])
    client = TelegramClient(session, 1, "0" * 32, flood_sleep_threshold=0, request_retries=1)
    await client.connect()
    authorised = [await client.is_user_authorized()]
    refused = []
    try:
        await {"phone": by_phone, "qr": by_qr_code}[way](client, phone, code)
    except errors.SessionPasswordNeededError:
        for words in [password.upper(), password]:
            try:
                await client.sign_in(password=words)
            except errors.PasswordHashInvalidError as error:
                refused.append(type(error).__name__)
    authorised.append(await client.is_user_authorized())
    me = await client.get_me()
    dialogs = [dialog.id async for dialog in client.iter_dialogs()]
    await client.log_out()
    # It has disconnected, and forgotten that it was logged in.
    client = TelegramClient(StringSession(os.environ["TELEGRAM_SESSION_STRING"]), 1, "0" * 32)
    await client.connect()
    authorised.append(await client.is_user_authorized())
    await client.disconnect()
    seen = {"authorised": authorised, "refused": refused, "me": me.id, "phone": me.phone, "dialogs": len(dialogs)}
    print(json.dumps(seen))


asyncio.run(main(*sys.argv[1:]))
