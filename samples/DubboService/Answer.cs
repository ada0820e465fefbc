using DubboService.Hessian;

namespace DubboService;

/// <summary>What a call leads to: a value, an exception of a Java class, or a status with a text from who could not even try.</summary>
public sealed record Answer
{
    private const int Exception = 0;
    private const int Value = 1;
    private const int Null = 2;

    // The same three once more, with attachments behind them.
    private const int WithAttachments = 3;

    public byte Status { get; private init; } = DubboStatus.Ok;

    /// <summary>The value; for other statuses than Ok and for exceptions, the message.</summary>
    public string? Text { get; private init; }

    /// <summary>Class of the exception; null: there is none.</summary>
    public string? ExceptionClass { get; private init; }

    public static Answer Of(string? value) => new() { Text = value };

    public static Answer Thrown(string javaClass, string message) => new() { ExceptionClass = javaClass, Text = message };

    public static Answer Failed(byte status, string message) => new() { Status = status, Text = message };

    internal DubboMessage ToMessage(ulong id)
    {
        var body = new HessianWriter();
        if (Status == DubboStatus.Ok) WriteResult(body);
        else body.WriteText(Text);
        return new(DubboMessage.Hessian2, Status, id, body.ToArray());
    }

    internal static Answer FromMessage(DubboMessage message)
    {
        var body = new HessianReader(message.Body);
        if (message.Status != DubboStatus.Ok) return Failed(message.Status, body.ReadText() ?? "");
        return (body.ReadInt() % WithAttachments) switch
        {
            Exception => FromException(body.ReadValue() as HessianMap),
            Value => Of(body.ReadText()),
            _ => Of(null),
        };
    }

    private void WriteResult(HessianWriter body)
    {
        body.WriteSmall(ExceptionClass is not null ? Exception : Text is not null ? Value : Null);
        if (ExceptionClass is not null) body.WriteException(ExceptionClass, Text ?? "");
        else if (Text is not null) body.WriteText(Text);
    }

    private static Answer FromException(HessianMap? thrown) =>
        Thrown(thrown?.Type ?? "unknown", thrown?.GetValueOrDefault("detailMessage") as string ?? "");
}
