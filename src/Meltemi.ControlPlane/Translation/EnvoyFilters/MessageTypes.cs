using System.Collections.Frozen;
using System.Reflection;
using Envoy.Config.Cluster.V3;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Xds.Reading;

namespace Meltemi.ControlPlane.Translation.EnvoyFilters;

/// <summary>The message types of our protos by full name, to open an <see cref="Any"/> whatever is in it.</summary>
internal static class MessageTypes
{
    private static readonly Lazy<FrozenDictionary<string, MessageDescriptor>> All = new(Find);

    /// <summary>The type of a full name; null: it is not known here.</summary>
    public static MessageDescriptor? Get(string fullName) => All.Value.GetValueOrDefault(fullName);

    /// <summary>What is in an Any; null: the type is not known here.</summary>
    public static IMessage? Unpack(Any any) => Get(AnyTypes.TypeName(any.TypeUrl))?.Parser.ParseFrom(any.Value);

    /// <summary>An Any with another message of the same type.</summary>
    public static Any Repack(Any any, IMessage message) => new() { TypeUrl = any.TypeUrl, Value = message.ToByteString() };

    private static FrozenDictionary<string, MessageDescriptor> Find() => typeof(Cluster).Assembly.GetTypes()
        .Where(type => typeof(IMessage).IsAssignableFrom(type) && !type.IsInterface)
        .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null))
        .OfType<MessageDescriptor>()
        .ToFrozenDictionary(descriptor => descriptor.FullName, StringComparer.Ordinal);
}
