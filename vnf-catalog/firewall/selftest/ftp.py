"""A small FTP and TFTP exchange through a firewall, for the helpers that read these protocols.

  ftp.py serve ADDRESS                             both servers; "ready" once they listen
  ftp.py fetch SOURCE SERVER pasv|port             one file over FTP
  ftp.py fetch SOURCE SERVER tftp                  one block over TFTP

`fetch` writes `begun` when the first data is there, then `whole`, `cut` when some of the data did not come, or `nothing`.
"""
import re
import socket
import sys
import threading
import time

FTP_PORT, TFTP_PORT = 21, 69
CHUNK, CHUNKS, PAUSE_SECONDS, LIMIT_SECONDS = b"0123456789abcdef" * 64, 30, 0.1, 4
FILE = CHUNK * CHUNKS


def in_octets(address, port):
    return ",".join([*address.split("."), str(port >> 8), str(port & 255)])


def out_of_octets(text):
    numbers = re.search(r"(\d+,\d+,\d+,\d+),(\d+),(\d+)", text).groups()
    return numbers[0].replace(",", "."), int(numbers[1]) << 8 | int(numbers[2])


def listen(address, port):
    made = socket.create_server((address, port))
    made.settimeout(LIMIT_SECONDS)
    return made


def send_file(data):
    """Slowly, so that the rules can change while it goes."""
    for _ in range(CHUNKS):
        data.sendall(CHUNK)
        time.sleep(PAUSE_SECONDS)
    data.close()


def serve_one(control, address):
    lines = control.makefile("rw", newline="\r\n")
    passive = target = None

    def say(text):
        lines.write(text + "\r\n")
        lines.flush()

    say("220 ready")
    for line in lines:
        if line.startswith("USER"):
            say("230 in")
        elif line.startswith("PASV"):
            passive = listen(address, 0)
            say(f"227 Entering Passive Mode ({in_octets(address, passive.getsockname()[1])})")
        elif line.startswith("PORT"):
            target = out_of_octets(line)
            say("200 done")
        elif line.startswith("RETR"):
            say("150 here it comes")
            send_file(passive.accept()[0] if passive else socket.create_connection(target, LIMIT_SECONDS))


def serve_tftp(address):
    asked = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    asked.bind((address, TFTP_PORT))
    while True:
        _, client = asked.recvfrom(1500)
        answer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        answer.bind((address, 0))
        answer.sendto(b"\0\3\0\1" + CHUNK[:512], client)


def serve(address):
    threading.Thread(target=serve_tftp, args=(address,), daemon=True).start()
    server = socket.create_server((address, FTP_PORT))
    print("ready", flush=True)
    while True:
        threading.Thread(target=serve_one, args=(server.accept()[0], address), daemon=True).start()


def received(data):
    data.settimeout(LIMIT_SECONDS)
    got = b""
    try:
        while part := data.recv(65536):
            if not got:
                print("begun", flush=True)
            got += part
    except TimeoutError:
        pass
    return got


def fetch_ftp(source, server, mode):
    control = socket.create_connection((server, FTP_PORT), LIMIT_SECONDS, (source, 0))
    lines = control.makefile("rw", newline="\r\n")
    own = listen(source, 0)

    def ask(text):
        lines.write(text + "\r\n")
        lines.flush()
        return lines.readline()

    lines.readline()
    ask("USER anonymous")  # the kernel's helper reads commands from the second one on
    answer = ask("PASV" if mode == "pasv" else f"PORT {in_octets(source, own.getsockname()[1])}")
    if mode == "pasv":
        where = out_of_octets(answer)
        lines.write("RETR file\r\n")
        lines.flush()
        return received(socket.create_connection(where, LIMIT_SECONDS, (source, 0))) == FILE
    lines.write("RETR file\r\n")
    lines.flush()
    return received(own.accept()[0]) == FILE


def fetch_tftp(source, server):
    asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    asking.bind((source, 0))
    asking.settimeout(LIMIT_SECONDS)
    asking.sendto(b"\0\1file\0octet\0", (server, TFTP_PORT))
    return asking.recv(1500)[4:] == CHUNK[:512]


def fetch(source, server, mode):
    try:
        whole = fetch_tftp(source, server) if mode == "tftp" else fetch_ftp(source, server, mode)
    except TimeoutError:
        return "nothing"
    return "whole" if whole else "cut"


if sys.argv[1] == "serve":
    serve(sys.argv[2])
else:
    print(fetch(*sys.argv[2:5]), flush=True)
