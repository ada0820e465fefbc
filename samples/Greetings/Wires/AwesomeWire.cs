using System.Buffers.Binary;
using AwesomeRpc;

namespace Greetings.Wires;

/// <summary>AwesomeRPC, the protocol that was invented for the samples: ../../AwesomeRpc/README.md.</summary>
internal sealed class AwesomeWire : Wire
{
    public override string Protocol => "awesomerpc";

    public override int HeadSize => 16;

    public override int Length(ReadOnlySpan<byte> start) => BinaryPrimitives.ReadInt32BigEndian(start[4..]);

    public override byte[] WriteCall(GreetingCall call)
    {
        var headers = new Dictionary<string, string> { ["service"] = Greeting.Service, ["command"] = call.Method };
        if (call.Caller.Length > 0) headers["caller"] = call.Caller;
        return new Message(MessageType.Request, call.Id) { Headers = headers, Text = call.Name }.ToBytes();
    }

    public override GreetingCall ReadCall(ReadOnlySpan<byte> message)
    {
        var call = Read(message, MessageType.Request);
        return new(call.Id, call["command"] ?? "", call.Text, call["caller"] ?? "");
    }

    public override byte[] WriteAnswer(GreetingAnswer answer) =>
        new Message(MessageType.Response, answer.Id) { Status = answer.Error is null ? Status.Ok : Status.BadRequest, Text = answer.Text }.ToBytes();

    public override GreetingAnswer ReadAnswer(ReadOnlySpan<byte> message)
    {
        var answer = Read(message, MessageType.Response);
        return new(answer.Id, answer.Text, answer.Status == Status.Ok ? null : $"status {(int)answer.Status}");
    }

    private Message Read(ReadOnlySpan<byte> bytes, MessageType type)
    {
        var message = Message.Read(bytes);
        Expect(message.Type == type, $"a message of type {message.Type}");
        return message;
    }
}
