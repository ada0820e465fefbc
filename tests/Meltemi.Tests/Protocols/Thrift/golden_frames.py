#!/usr/bin/python3
"""Writes GoldenFrames.cs with messages encoded by the Apache Thrift library for Python (made with 0.17.0):

    /usr/bin/python3 golden_frames.py > GoldenFrames.cs
"""
from thrift.protocol.TBinaryProtocol import TBinaryProtocol
from thrift.protocol.TCompactProtocol import TCompactProtocol
from thrift.protocol.THeaderProtocol import THeaderProtocol
from thrift.Thrift import TApplicationException, TMessageType, TType
from thrift.transport.THeaderTransport import THeaderClientType, THeaderSubprotocolID, THeaderTransformID
from thrift.transport.TTransport import TFramedTransport, TMemoryBuffer

ID = 7042


def message(name, kind, body):
    def write(p):
        p.writeMessageBegin(name, kind, ID)
        body(p)
        p.writeMessageEnd()
    return write


def struct(*fields):
    def write(p):
        p.writeStructBegin("")
        for number, kind, value in fields:
            p.writeFieldBegin("", kind, number)
            value(p)
            p.writeFieldEnd()
        p.writeFieldStop()
        p.writeStructEnd()
    return write


def text(value):
    return lambda p: p.writeString(value)


def sequence(begin, end, kind, values):
    def write(p):
        getattr(p, begin)(kind, len(values))
        for value in values:
            value(p)
        getattr(p, end)()
    return write


def a_list(kind, *values):
    return sequence("writeListBegin", "writeListEnd", kind, values)


def a_set(kind, *values):
    return sequence("writeSetBegin", "writeSetEnd", kind, values)


def a_map(key_kind, value_kind, *pairs):
    def write(p):
        p.writeMapBegin(key_kind, value_kind, len(pairs))
        for key, value in pairs:
            key(p)
            value(p)
        p.writeMapEnd()
    return write


def i32(value):
    return lambda p: p.writeI32(value)


def every_type():
    """All types, as fields and as elements, empty containers, distant field numbers, structs in lists in maps in structs."""
    scalars = [
        (TType.BOOL, lambda p: p.writeBool(True)),
        (TType.BOOL, lambda p: p.writeBool(False)),
        (TType.BYTE, lambda p: p.writeByte(-3)),
        (TType.I16, lambda p: p.writeI16(-30000)),
        (TType.I32, i32(-2000000000)),
        (TType.I64, lambda p: p.writeI64(-(1 << 62))),
        (TType.DOUBLE, lambda p: p.writeDouble(2.5)),
        (TType.STRING, text("Meltémi")),
    ]
    inner = struct(*[(n * 3 + 1, kind, value) for n, (kind, value) in enumerate(scalars)])
    fields = [(n + 1, kind, value) for n, (kind, value) in enumerate(scalars)]
    fields += [(40 + n, TType.LIST, a_list(kind, *[value] * 17)) for n, (kind, value) in enumerate(scalars)]
    fields += [(60 + n, TType.SET, a_set(kind, value)) for n, (kind, value) in enumerate(scalars)]
    fields += [(80 + n, TType.MAP, a_map(kind, TType.I32, (value, i32(1)), (value, i32(2)))) for n, (kind, value) in enumerate(scalars)]
    fields += [
        (900, TType.STRUCT, inner),
        (901, TType.MAP, a_map(TType.STRING, TType.LIST,
                               (text("a"), a_list(TType.STRUCT, inner, struct(), inner)),
                               (text("b"), a_list(TType.STRUCT)))),
        (902, TType.MAP, a_map(TType.STRING, TType.STRING)),
        (903, TType.SET, a_set(TType.LIST, a_list(TType.BYTE), a_list(TType.MAP, a_map(TType.I64, TType.BOOL)))),
        (30000, TType.STRING, text("")),
    ]
    return struct(*fields)


def application_exception(p):
    TApplicationException(TApplicationException.INTERNAL_ERROR, "broken").write(p)


MESSAGES = {
    "Call": message("echo", TMessageType.CALL, struct((1, TType.STRING, text("hello")))),
    "MultiplexedCall": message("Shop:buy", TMessageType.CALL, struct((1, TType.I32, i32(3)))),
    "EveryType": message("every_type", TMessageType.CALL, every_type()),
    "OneWay": message("notify", TMessageType.ONEWAY, struct()),
    "Reply": message("echo", TMessageType.REPLY, struct((0, TType.STRING, text("hello")))),
    "VoidReply": message("ping", TMessageType.REPLY, struct()),
    "DeclaredException": message("buy", TMessageType.REPLY, struct((1, TType.STRUCT, struct((1, TType.STRING, text("sold out")))))),
    "Exception": message("echo", TMessageType.EXCEPTION, application_exception),
}
PROTOCOLS = {
    "Binary": lambda trans: TBinaryProtocol(trans),
    "BinaryOld": lambda trans: TBinaryProtocol(trans, strictWrite=False),
    "Compact": lambda trans: TCompactProtocol(trans),
}


def plain(protocol, write):
    buffer = TMemoryBuffer()
    write(PROTOCOLS[protocol](buffer))
    return buffer.getvalue()


def framed(protocol, write):
    buffer = TMemoryBuffer()
    trans = TFramedTransport(buffer)
    write(PROTOCOLS[protocol](trans))
    trans.flush()
    return buffer.getvalue()


def header(protocol, write, pairs=(), transforms=()):
    buffer = TMemoryBuffer()
    kind = THeaderSubprotocolID.BINARY if protocol == "Binary" else THeaderSubprotocolID.COMPACT
    p = THeaderProtocol(buffer, (THeaderClientType.HEADERS,), kind)
    for key, value in pairs:
        p.set_header(key, value)
    for transform in transforms:
        p.add_transform(transform)
    write(p)
    p.trans.flush()
    return buffer.getvalue()


def emit(name, data):
    digits = data.hex()
    lines = [digits[i:i + 120] for i in range(0, len(digits), 120)]
    print(f"\n    public const string {name} =")
    print("        " + "\n        + ".join(f'"{line}"' for line in lines) + ";")


print("namespace Meltemi.Tests.Protocols.Thrift;\n")
print("// Written by golden_frames.py.")
print("internal static class GoldenFrames\n{")
print(f"    public const int Id = {ID};")
for kind, write in MESSAGES.items():
    for protocol in PROTOCOLS:
        emit(f"Framed_{protocol}_{kind}", framed(protocol, write))
        emit(f"Unframed_{protocol}_{kind}", plain(protocol, write))
    for protocol in ("Binary", "Compact"):
        emit(f"Header_{protocol}_{kind}", header(protocol, write))
PAIRS = [(b"user", b"anna"), (b"client_timeout", b"250"), (b"empty", b""), (b"method", b"pretended")]
emit("Pairs_Binary_Call", header("Binary", MESSAGES["Call"], PAIRS))
emit("Pairs_Compact_Call", header("Compact", MESSAGES["Call"], PAIRS))
emit("Pairs_Binary_Reply", header("Binary", MESSAGES["Reply"], PAIRS))
emit("Zlib_Binary_Call", header("Binary", MESSAGES["Call"], PAIRS, [THeaderTransformID.ZLIB]))
print("}")
