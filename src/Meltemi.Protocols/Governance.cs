using Meltemi.Codec;

namespace Meltemi.Protocols;

/// <summary>
/// The attributes that requests of every RPC protocol have beside its own, so that one policy serves several protocols: <c>service</c> (the
/// service or interface that is called), <c>method</c>, <c>caller</c> (the application that calls, as far as it says so) and <c>kind</c>
/// (<c>request</c>, <c>oneway</c> or <c>stream</c>; of answers <c>response</c>). A request without one of the first three does not have it set.
/// </summary>
internal static class Governance
{
    public const string Service = "service";
    public const string Method = "method";
    public const string Caller = "caller";
    public const string Kind = "kind";

    /// <summary>Sets the slot of <see cref="Kind"/>; messages about the connection have none.</summary>
    public static void SetKind(int slot, in Frame frame, AttributeValues values)
    {
        if (slot < 0) return;
        var name = frame.Kind switch
        {
            MessageKind.Request => "request"u8,
            MessageKind.OneWay => "oneway"u8,
            MessageKind.Response => "response"u8,
            MessageKind.StreamOpen or MessageKind.StreamData or MessageKind.StreamClose => "stream"u8,
            _ => default,
        };
        if (!name.IsEmpty) values.SetCopy(slot, name);
    }
}
