using System.Reflection;
using Google.Protobuf.Reflection;

namespace Meltemi.ControlPlane.Api.OpenApi;

/// <summary>The comments in the protos of the kinds, which say what each message and field is for.</summary>
internal static class ProtoComments
{
    // Numbers of the fields of descriptors, which a comment's path consists of: FileDescriptorProto.message_type; DescriptorProto.field, .nested_type.
    private const int MessageType = 4, FieldOfMessage = 2, NestedType = 3;

    /// <summary>Comments by full name: <c>package.Message</c> or <c>package.Message.field</c>, fields as the proto writes them.</summary>
    public static Dictionary<string, string> Read(Assembly assembly)
    {
        using var stream = assembly.GetManifestResourceStream("described.pb")!;
        var comments = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in FileDescriptorSet.Parser.ParseFrom(stream).File)
        {
            foreach (var location in file.SourceCodeInfo.Location)
            {
                if (location.LeadingComments.Length > 0 && Name(file, [.. location.Path]) is { } name)
                    comments[name] = string.Join(' ', location.LeadingComments.Split('\n', StringSplitOptions.TrimEntries)).Trim();
            }
        }

        return comments;
    }

    // Null: it is about something else, such as an enum.
    private static string? Name(FileDescriptorProto file, int[] path)
    {
        if (path is not [MessageType, var index, ..]) return null;
        var message = file.MessageType[index];
        var name = $"{file.Package}.{message.Name}";
        for (var i = 2; i < path.Length; i += 2)
        {
            if (path[i] == FieldOfMessage && i + 2 == path.Length) return $"{name}.{message.Field[path[i + 1]].JsonName}";
            if (path[i] != NestedType) return null;
            message = message.NestedType[path[i + 1]];
            name = $"{name}.{message.Name}";
        }

        return name;
    }
}
