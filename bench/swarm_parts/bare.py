"""The least it can cost, for comparison: sockets, and one system call a heartbeat with bytes that are always the same. A program.

    bare.py PORT AGENTS SECONDS TICK

Every socket sends once in two seconds, in bursts at every tick; with a tick of 0 as fast as it goes.
"""

import json
import os
import socket
import sys
import time

LENGTH = 412  # bytes of a heartbeat of the swarm's
REQUEST = (
    b"GET /ws/agent HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def connected(port):
    made = socket.create_connection(("127.0.0.1", port))
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    made.sendall(REQUEST)
    made.recv(4096)
    return made


def main(port, agents, seconds, tick):
    sockets = [connected(port) for _ in range(agents)]
    frame = b"\x81\xfe" + LENGTH.to_bytes(2) + os.urandom(4 + LENGTH)
    burst = round(agents * tick / 2) if tick else 128
    place = sent = 0
    used, began = time.process_time(), time.perf_counter()
    while (now := time.perf_counter() - began) < seconds:
        for each in sockets[place : place + burst]:
            each.send(frame)
            sent += 1
        place = (place + burst) % agents
        if tick:
            time.sleep(max(0.0, sent * 2 / agents - now))
    used, took = time.process_time() - used, time.perf_counter() - began
    print(json.dumps({"cpu": used / took, "each": used / sent, "sent": sent}), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]))
