namespace Meltemi.Protocols.Dubbo;

/// <summary>
/// What the answer to a request needs to know of it: in which serialization an error must be written, and whether the client can read
/// attachments of answers.
/// </summary>
internal static class DubboMemo
{
    private const long ReadsAttachments = 0x20;

    public static long Make(int serialization, bool readsAttachments) => (long)serialization | (readsAttachments ? ReadsAttachments : 0);

    public static int Serialization(long memo) => (int)memo & DubboHeader.SerializationMask;

    public static bool CanReadAttachments(long memo) => (memo & ReadsAttachments) != 0;
}
