namespace Meltemi.Protocols.Dubbo;

/// <summary>
/// The number with which the body of a successful answer begins. The upper three, followed by an attachments map, are for clients that
/// <see cref="DubboVersion.ReadsAnswerAttachments"/>.
/// </summary>
internal static class DubboResult
{
    public const int Exception = 0;
    public const int Value = 1;
    public const int Null = 2;
    public const int ExceptionWithAttachments = 3;
    public const int ValueWithAttachments = 4;
    public const int NullWithAttachments = 5;

    /// <summary>The body does not begin with a number that we know.</summary>
    public const int Unknown = -1;

    public static bool IsException(int type) => type is Exception or ExceptionWithAttachments;

    public static bool HasValue(int type) => type is not (Null or NullWithAttachments);

    public static bool HasAttachments(int type) => type >= ExceptionWithAttachments;

    public static int WithAttachments(int type) => HasAttachments(type) ? type : type + ExceptionWithAttachments;
}
