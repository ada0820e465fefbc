using Google.Protobuf;

namespace Meltemi.Xds.Client;

/// <summary>The name of a resource from its bytes: of all types that we take it is the field 1.</summary>
internal static class ResourceName
{
    private const uint NameField = (1 << 3) | 2; // field 1, length-delimited

    /// <summary>The name; empty if there is none, or the bytes are no message.</summary>
    public static string Of(ByteString body)
    {
        var name = "";
        try
        {
            var input = body.CreateCodedInput();
            while (input.ReadTag() is var tag and not 0)
            {
                if (tag == NameField) name = input.ReadString();
                else if (name.Length > 0) break;
                else input.SkipLastField();
            }
        }
        catch (InvalidProtocolBufferException)
        {
            // Whoever reads the whole says what is wrong.
        }

        return name;
    }
}
