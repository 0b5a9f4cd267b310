"""A Telegram server on loopback, made of Telethon's TL classes and written from Telegram's documentation.

Prints one JSON object, the session and what telethon_facts.py says of the world, and serves until its input ends.
What a client does against the protocol is written to stderr. Options choose among the behaviours that the
documentation leaves open, and the misfortunes that networks have.

    https://core.telegram.org/mtproto/description
    https://core.telegram.org/mtproto/service_messages
    https://core.telegram.org/mtproto/service_messages_about_messages
"""

import argparse
import asyncio
import base64
import gzip
import hashlib
import json
import os
import random
import socket
import struct
import sys
import time
import zlib

from telethon.crypto import AES
from telethon.errors import TypeNotFoundError
from telethon.extensions import BinaryReader
from telethon.tl import types as t
from telethon.tl.tlobject import TLObject

from telethon_facts import facts
from telethon_methods import DC, Methods
from telethon_peers import RpcError
from telethon_talk import MARK
from telethon_world import World

CONTAINER, GZIP, RPC_RESULT = 0x73F1F8DC, 0x3072CFA1, 0xF35C6D01
MSGS_ACK, PING, PING_DELAY, FUTURE_SALTS = 0x62D6B459, 0x7ABE77EC, 0xF3427B8C, 0xB921BD04
STATE_REQ, DESTROY_SESSION, HTTP_WAIT = 0xDA69FB52, 0xE7512126, 0x9299359F
WITH_LAYER, INIT_CONNECTION, WITHOUT_UPDATES = 0xDA9B0D0D, 0xC1CD5EA9, 0xBF9459B7
SALT_SECONDS = 1800


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--offset-date", choices=["exclusive", "inclusive"], default="exclusive")
    parser.add_argument("--top", choices=["clip", "shift"], default="clip")
    parser.add_argument("--deleted", choices=["skip", "empty", "short"], default="skip")
    parser.add_argument("--count-off", type=int, default=0)
    parser.add_argument("--min-users", action="store_true")
    parser.add_argument("--no-chats", action="store_true")
    parser.add_argument("--no-users", action="store_true")
    parser.add_argument("--search", choices=["any", "words"], default="any", help="what a search has to be for")
    parser.add_argument("--search-dates", choices=["exclusive", "inclusive", "unheeded"], default="exclusive")
    parser.add_argument("--filters", choices=["exact", "wide"], default="exact")
    parser.add_argument("--senders", choices=["heeded", "unheeded"], default="heeded")
    parser.add_argument("--root", choices=["found", "not"], default="not", help="in the thread that it opens")
    parser.add_argument("--rows", type=int, default=100, help="the most chats or topics in one answer")
    parser.add_argument("--archive", choices=["apart", "among"], default="among", help="where no folder is asked for")
    parser.add_argument("--arrive-every", type=int, default=0, help="a new message in each chat every N histories")
    parser.add_argument("--gzip", choices=["never", "large", "always"], default="large")
    parser.add_argument("--ack-first", action="store_true")
    parser.add_argument("--container", action="store_true", help="answers gathered in containers, last asked first")
    parser.add_argument("--push", type=int, default=0, help="updates before each answer")
    parser.add_argument("--salt-every", type=int, default=0, help="a new salt every N packets")
    parser.add_argument("--flood-on", type=int, default=0, help="the Nth history")
    parser.add_argument("--flood-seconds", type=int, default=1)
    parser.add_argument("--cut-after", type=int, default=0, help="close behind every Nth answer")
    parser.add_argument("--cut-within", type=int, default=0, help="close in the middle of every Nth answer")
    parser.add_argument("--fail-every", type=int, default=0, help="every Nth history is RPC_CALL_FAIL")
    parser.add_argument("--twice", choices=["no", "same", "new"], default="no", help="answers again, by which msg_id")
    parser.add_argument("--delay-every", type=int, default=0, help="every Nth answer is late, and overtaken")
    parser.add_argument("--delay-seconds", type=float, default=0.05)
    parser.add_argument("--dc-options", choices=["none", "self", "others", "moved"], default="self")
    parser.add_argument("--clock-off", type=int, default=0, help="seconds between the server's clock and the host's")
    return parser.parse_args()


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def tl_bytes(data):
    return TLObject.serialize_bytes(data)


def crypt_keys(auth_key, msg_key, x):
    """https://core.telegram.org/mtproto/description#defining-aes-key-and-initialization-vector"""
    a = sha256(msg_key, auth_key[x : x + 36])
    b = sha256(auth_key[40 + x : 76 + x], msg_key)
    return a[:8] + b[8:24] + a[24:], b[:8] + a[8:24] + b[24:]


class Telegram:
    """What all connections share: the account, its salts, and the counters that the options speak of."""

    def __init__(self, wishes):
        self.wishes = wishes
        self.world = World(wishes.seed)
        self.methods = Methods(self)
        self.auth_key = random.Random(wishes.seed).randbytes(256)
        self.key_id = hashlib.sha1(self.auth_key).digest()[-8:]
        self.port = 0
        self.salt_number = self.packets = self.answers = self.histories = self.last_msg_id = 0
        self.sessions = {}

    def now(self):
        return time.time() + self.wishes.clock_off

    def salt(self, ahead=0):
        return random.Random(self.salt_number + ahead).getrandbits(63)

    def session(self):
        key = struct.pack(">B4sH", DC, socket.inet_aton("127.0.0.1"), self.port) + self.auth_key
        return "1" + base64.urlsafe_b64encode(key).decode()

    def every(self, wish, count):
        return wish and count % wish == 0

    def msg_id(self, is_answer):
        """Unixtime · 2^32, rising; modulo 4 it is 1 for an answer and 3 for anything else a server sends."""
        wanted = int(self.now() * (1 << 32)) & ~3 | (1 if is_answer else 3)
        while wanted <= self.last_msg_id:
            wanted += 4
        self.last_msg_id = wanted
        return wanted


class Session:
    def __init__(self):
        self.sent = 0
        self.initialised = False
        self.highest = (0, -1)
        self.received = set()
        self.unacknowledged = set()


class Connection:
    def __init__(self, telegram, reader, writer):
        self.telegram, self.wishes, self.world = telegram, telegram.wishes, telegram.world
        self.reader, self.writer = reader, writer
        self.sequence = 0
        self.session_id = None
        self.session = None
        self.gathered = []
        self.tasks = set()

    # Transport: https://core.telegram.org/mtproto/mtproto-transports#full

    async def serve(self):
        try:
            expected = 0
            while True:
                head = await self.reader.readexactly(8)
                length, sequence = struct.unpack("<iI", head)
                rest = await self.reader.readexactly(length - 8)
                payload, checksum = rest[:-4], struct.unpack("<I", rest[-4:])[0]
                if checksum != zlib.crc32(head + payload) or sequence != expected:
                    self.complain(f"frame {sequence} instead of {expected}, or a wrong checksum")
                    break
                expected += 1
                await self.packet(payload)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.writer.close()

    def frame(self, payload):
        head = struct.pack("<iI", len(payload) + 12, self.sequence)
        self.sequence += 1
        return head + payload + struct.pack("<I", zlib.crc32(head + payload))

    def complain(self, what):
        print(what, file=sys.stderr, flush=True)

    def later(self, work):
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    # Encryption: x is 0 for what the client sends and 8 for what the server sends.

    async def packet(self, payload):
        key_id, msg_key, encrypted = payload[:8], payload[8:24], payload[24:]
        if key_id != self.telegram.key_id:
            self.writer.write(self.frame(struct.pack("<i", -404)))
            return
        key, iv = crypt_keys(self.telegram.auth_key, msg_key, 0)
        plain = AES.decrypt_ige(encrypted, key, iv)
        salt, session_id, msg_id, seq_no, length = struct.unpack("<qqqii", plain[:32])
        if sha256(self.telegram.auth_key[88:120], plain)[8:24] != msg_key:
            return self.complain("a msg_key does not fit its message")
        if not 12 <= len(plain) - 32 - length <= 1024:
            return self.complain(f"{len(plain) - 32 - length} bytes of padding")
        self.telegram.packets += 1
        if self.telegram.every(self.wishes.salt_every, self.telegram.packets):
            self.telegram.salt_number += 1
        if session_id != self.session_id:
            self.session_id = session_id
            self.session = self.telegram.sessions.setdefault(session_id, Session())
        if salt != self.telegram.salt():
            bad = t.BadServerSalt(msg_id, seq_no, 48, self.telegram.salt())
            return self.send((bytes(bad), False, True))
        code = self.wrong_time(msg_id)
        if code:
            return self.send((bytes(t.BadMsgNotification(msg_id, seq_no, code)), False, True))
        if not self.session.received:
            created = t.NewSessionCreated(msg_id, random.getrandbits(63), self.telegram.salt())
            self.send((bytes(created), True, False))
        await self.message(msg_id, seq_no, plain[32 : 32 + length])

    def wrong_time(self, msg_id):
        """https://core.telegram.org/mtproto/description#message-identifier-msg-id"""
        age = self.telegram.now() - msg_id / (1 << 32)
        if msg_id % 4:
            return 18
        return 16 if age > 300 else 17 if age < -30 else None

    def encrypt(self, message):
        plain = struct.pack("<qq", self.telegram.salt(), self.session_id) + message
        plain += os.urandom(12 + -(len(plain) + 12) % 16)
        msg_key = sha256(self.telegram.auth_key[96:128], plain)[8:24]
        key, iv = crypt_keys(self.telegram.auth_key, msg_key, 8)
        return self.telegram.key_id + msg_key + AES.encrypt_ige(plain, key, iv)

    def numbered(self, body, is_related, is_answer, msg_id=None, seq_no=None):
        """A message with its header. Those that want to be acknowledged have odd numbers."""
        if seq_no is None:
            seq_no = self.session.sent * 2 + is_related
            self.session.sent += is_related
        msg_id = msg_id or self.telegram.msg_id(is_answer)
        if is_related:
            self.session.unacknowledged.add(msg_id)
        return struct.pack("<qii", msg_id, seq_no, len(body)) + body

    def send(self, *messages):
        """Sends messages, more than one in a container."""
        numbered = [self.numbered(*message) for message in messages]
        self.transmit(numbered)

    def transmit(self, numbered, cut=False):
        if len(numbered) > 1:
            body = struct.pack("<Ii", CONTAINER, len(numbered)) + b"".join(numbered)
            numbered = [self.numbered(body, False, False)]
        frame = self.frame(self.encrypt(numbered[0]))
        if cut:
            frame = frame[: len(frame) // 2]
        if not self.writer.is_closing():
            self.writer.write(frame)
            if cut:
                self.writer.close()

    # Service messages

    async def message(self, msg_id, seq_no, body):
        kind = struct.unpack("<I", body[:4])[0]
        if kind == GZIP:
            return await self.message(msg_id, seq_no, gzip.decompress(BinaryReader(body[4:]).tgread_bytes()))
        if kind == CONTAINER:
            return await self.container(msg_id, seq_no, body)
        if msg_id in self.session.received:
            return self.complain("a msg_id was used twice")
        self.session.received.add(msg_id)
        self.check_sequence(kind, msg_id, seq_no)
        reader = BinaryReader(body[4:])
        if kind == MSGS_ACK:
            reader.read_int()
            for _ in range(reader.read_int()):
                acknowledged = reader.read_long()
                if acknowledged not in self.session.unacknowledged:
                    self.complain("an acknowledgement of what was not sent, or not again")
        elif kind in (PING, PING_DELAY):
            self.send((bytes(t.Pong(msg_id, reader.read_long())), False, True))
        elif kind == FUTURE_SALTS:
            self.send((self.future_salts(msg_id, reader.read_int()), False, True))
        elif kind == STATE_REQ:
            reader.read_int()
            asked = [reader.read_long() for _ in range(reader.read_int())]
            states = bytes(4 if one in self.session.received else 1 for one in asked)
            self.send((bytes(t.MsgsStateInfo(msg_id, states)), False, True))
        elif kind == DESTROY_SESSION:
            self.send((bytes(t.DestroySessionNone(reader.read_long())), False, True))
        elif kind != HTTP_WAIT:
            await self.request(msg_id, body)

    async def container(self, msg_id, seq_no, body):
        if seq_no % 2:
            return self.complain("a container with an odd number")
        (count,) = struct.unpack("<i", body[4:8])
        at = 8
        for _ in range(count):
            inner, inner_seq_no, length = struct.unpack("<qii", body[at : at + 16])
            if inner >= msg_id:
                self.complain("a container is older than what it holds")
            await self.message(inner, inner_seq_no, body[at + 16 : at + 16 + length])
            at += 16 + length

    def check_sequence(self, kind, msg_id, seq_no):
        if kind == MSGS_ACK and seq_no % 2:
            self.complain("an acknowledgement wants to be acknowledged")
        if kind not in (MSGS_ACK, PING, PING_DELAY, FUTURE_SALTS, STATE_REQ, HTTP_WAIT) and seq_no % 2 == 0:
            self.complain("a request with an even number")
        highest, its_seq_no = self.session.highest
        if msg_id > highest:
            if seq_no < its_seq_no:
                self.complain(f"number {seq_no} behind {its_seq_no}")
            self.session.highest = (msg_id, seq_no)

    def future_salts(self, msg_id, count):
        now = int(self.telegram.now())
        salts = b"".join(
            struct.pack("<iiq", now + n * SALT_SECONDS - 1, now + (n + 2) * SALT_SECONDS, self.telegram.salt(n))
            for n in range(min(count, 64))
        )
        return struct.pack("<Iqii", t.FutureSalts.CONSTRUCTOR_ID, msg_id, now, min(count, 64)) + salts

    # Requests

    async def request(self, msg_id, body):
        self.telegram.answers += 1
        number = self.telegram.answers
        try:
            result = self.telegram.methods.answer(self.unwrapped(body))
        except RpcError as error:
            result = bytes(error.error)
        if self.wishes.ack_first:
            self.send((bytes(t.MsgsAck([msg_id])), False, False))
        for update in self.updates():
            self.send((bytes(update), True, False))
        is_error = struct.unpack("<I", result[:4])[0] == t.RpcError.CONSTRUCTOR_ID
        if not is_error and (self.wishes.gzip == "always" or self.wishes.gzip == "large" and len(result) > 512):
            result = struct.pack("<I", GZIP) + tl_bytes(gzip.compress(result))
        reply = struct.pack("<Iq", RPC_RESULT, msg_id) + result
        if self.telegram.every(self.wishes.delay_every, number):
            self.later(self.reply_late(reply, number))
        else:
            await self.reply(reply, number)

    async def reply_late(self, reply, number):
        await asyncio.sleep(self.wishes.delay_seconds)
        await self.reply(reply, number)

    async def reply(self, reply, number):
        message = self.numbered(reply, True, True)
        if self.telegram.every(self.wishes.cut_within, number):
            return self.transmit([message], cut=True)
        if self.wishes.container:
            self.gathered.append(message)
            if len(self.gathered) == 1:
                self.later(self.send_gathered())
            return
        self.transmit([message])
        if self.wishes.twice == "same":
            self.transmit([message])
        elif self.wishes.twice == "new":
            self.send((reply, True, True))
        if self.telegram.every(self.wishes.cut_after, number):
            await self.writer.drain()
            self.writer.close()

    async def send_gathered(self):
        await asyncio.sleep(0.003)
        messages = self.gathered[::-1] + [self.numbered(bytes(t.MsgsAck([0])), False, False)]
        self.gathered = []
        self.transmit(messages)

    def updates(self):
        now = int(self.telegram.now())
        newest = self.world.existing(MARK - 1_500_000_001)[-1]
        kinds = [
            t.UpdateShort(t.UpdateUserStatus(900_001, t.UserStatusOnline(now + 60)), now),
            t.UpdateShortMessage(700, 900_001, "are you there?", pts=5, pts_count=1, date=now),
            t.UpdateShort(t.UpdateNewChannelMessage(newest, pts=9, pts_count=1), now),
            t.UpdatesTooLong(),
            t.Updates([t.UpdateConfig()], [], [], now, 0),
        ]
        return [kinds[n % len(kinds)] for n in range(self.wishes.push)]

    def unwrapped(self, body):
        """What is inside invokeWithLayer and initConnection, https://core.telegram.org/api/invoking#layers."""
        reader = BinaryReader(body)
        while True:
            kind = reader.read_int(signed=False)
            if kind == WITH_LAYER:
                reader.read_int()
            elif kind == INIT_CONNECTION:
                flags, _api_id = reader.read_int(), reader.read_int()
                for _ in range(6):
                    reader.tgread_string()
                for bit in (0, 1):
                    if flags >> bit & 1:
                        reader.tgread_object()
                self.session.initialised = True
            elif kind != WITHOUT_UPDATES:
                break
        if not self.session.initialised:
            raise RpcError(400, "CONNECTION_NOT_INITED")
        reader.seek(-4)
        try:
            return reader.tgread_object()
        except TypeNotFoundError:
            raise RpcError(400, "INPUT_METHOD_INVALID") from None


async def main():
    telegram = Telegram(options())
    server = await asyncio.start_server(lambda r, w: Connection(telegram, r, w).serve(), "127.0.0.1", 0)
    telegram.port = server.sockets[0].getsockname()[1]
    print(json.dumps({"session": telegram.session(), **facts(telegram.world)}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
