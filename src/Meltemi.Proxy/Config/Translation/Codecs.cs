using Aeraki.MetaProtocolProxy.V1Alpha;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Codec;
using Meltemi.Codec.Declarative;
using Meltemi.Xds.Reading;
using CodecOptions = Meltemi.Codec.CodecOptions;
using Protocol = Meltemi.Xds.Declarative.V1.Protocol;
using WireOptions = Meltemi.Xds.Config.V1.CodecOptions;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Finds and makes the codec that a filter asks for.</summary>
internal static class Codecs
{
    private const string AerakiPrefix = "aeraki.meta_protocol.codec.";
    private const string OptionsType = "meltemi.config.v1.CodecOptions";

    /// <summary>The codec; null if an error was reported.</summary>
    public static ICodec? Create(MetaProtocolProxy proxy, TranslationContext context, string path)
    {
        var (name, namePath) = Name(proxy, path);
        if (name.Length == 0)
        {
            context.Problems.Error($"{path}.protocol", "'protocol' with a name is missing");
            return null;
        }

        var config = (proxy.Protocol?.Codec ?? proxy.Codec)?.Config;
        if (name == Description.CodecName || TranslationContext.TypeOf(config) == Description.MessageType) return Declared(config, context, namePath);
        return Create(name, Options(proxy.Protocol?.Codec ?? proxy.Codec, context, namePath), context, namePath);
    }

    /// <summary>The codec of a protocol; null if an error was reported.</summary>
    public static ICodec? Create(string name, CodecOptions options, TranslationContext context, string namePath)
    {
        if (Find(context.Codecs, name) is not { } factory)
        {
            var known = context.Codecs.Names.ToArray();
            var hint = Spelling.Hint(Bare(name), known);
            context.Problems.Error(namePath, $"there is no protocol '{Bare(name)}'; known are {string.Join(", ", known)}{hint}");
            return null;
        }

        try
        {
            return factory.Create(options);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A plug-in's own code.
            context.Problems.Error(namePath, $"the codec '{name}' could not be made: {e.Message}");
            return null;
        }
    }

    /// <summary>The codec of a described protocol.</summary>
    private static DeclaredCodec? Declared(Any? config, TranslationContext context, string namePath)
    {
        var path = $"{namePath[..namePath.LastIndexOf('.')]}.config";
        if (context.Resolve(config, path) is { } any && TranslationContext.TypeOf(any) == Description.MessageType)
        {
            var protocol = context.Unpack(any, Protocol.Parser, path);
            return context.Problems.IsWrong(path) ? null : DeclaredProtocol.Compile(protocol, context.Problems, path);
        }

        context.Problems.Error(path, $"the codec {Description.CodecName} needs a 'config' that describes the protocol ({Description.MessageType})");
        return null;
    }

    /// <summary>How upstream connections are shared if the filter says so; null: as the protocol has it.</summary>
    public static PoolMode? PoolMode(MetaProtocolProxy proxy, CodecInfo codec, TranslationContext context, string path)
    {
        if (proxy.Protocol is not { Multiplexing: true }) return null;
        if (codec.PoolMode == Codec.PoolMode.Multiplexed || codec.OtherPoolModes.Contains(Codec.PoolMode.Multiplexed))
            return Codec.PoolMode.Multiplexed;
        context.Problems.Error($"{path}.protocol.multiplexing", $"the protocol '{codec.Name}' cannot be multiplexed");
        return null;
    }

    /// <summary>The codec's name, else the protocol's; <c>protocol</c> before the older fields.</summary>
    private static (string Name, string Path) Name(MetaProtocolProxy proxy, string path)
    {
        if (proxy.Protocol?.Codec is { Name.Length: > 0 } codec) return (codec.Name, $"{path}.protocol.codec.name");
        if (proxy.Protocol is { Name.Length: > 0 } protocol) return (protocol.Name, $"{path}.protocol.name");
        if (proxy.Codec is { Name.Length: > 0 } old) return (old.Name, $"{path}.codec.name");
        return (proxy.ApplicationProtocol, $"{path}.application_protocol");
    }

    private static ICodecFactory? Find(CodecRegistry codecs, string name) => codecs.Find(name) ?? codecs.Find(Bare(name));

    private static string Bare(string name) =>
        name.StartsWith(AerakiPrefix, StringComparison.OrdinalIgnoreCase) ? name[AerakiPrefix.Length..] : name;

    private static CodecOptions Options(Aeraki.MetaProtocolProxy.V1Alpha.Codec? codec, TranslationContext context, string namePath)
    {
        // Aeraki's own codecs have empty messages here; nothing is lost with them.
        if (TranslationContext.TypeOf(codec?.Config) != OptionsType) return new();
        var options = context.Unpack(codec!.Config, WireOptions.Parser, namePath);
        return options.MaxFrameBytes is { } limit ? new() { MaxFrameBytes = Values.Clamp(limit) } : new();
    }
}
