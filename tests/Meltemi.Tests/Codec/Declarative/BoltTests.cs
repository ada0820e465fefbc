using System.Text;
using Meltemi.Codec;
using Meltemi.Codec.Testing;
using Meltemi.Protocols.Bolt;
using Meltemi.Tests.Codec.Testing;
using Meltemi.Tests.Protocols.Bolt;

namespace Meltemi.Tests.Codec.Declarative;

/// <summary>
/// Bolt, version 1, by its description, held to what its codec in code is held to. The description does not look into Hessian: of requests that have the method's name only
/// there it does not find it.
/// </summary>
public class BoltTests : ConformanceTests
{
    private const int CodecAt = 9;
    private const byte NewHessian = (byte)'C';

    private static readonly string[] Attributes =
    [
        "service", "interface", "method", "caller", "kind", "class", "codec", "version", "timeout", "status", "user", "nothing", "empty", "sofa_head_method_name",
        "sofa_head_target_app", "rpc_trace_context.sofaTraceId",
    ];

    protected override ICodec Codec { get; } = Declared.Sample("bolt-v1.yaml");

    protected override IReadOnlyList<Sample> Samples { get; } = [.. BoltSamples.All.Where(sample => sample.Bytes[0] == 1).Select(Claimed)];

    [Fact]
    public void Does_what_the_codec_in_code_does() => new Comparison(new BoltCodec(new()), Codec, Samples, Attributes)
    {
        HasAttributes = kind => kind is MessageKind.Request or MessageKind.OneWay or MessageKind.Response or MessageKind.ServerPush,
        Unclaimed = (message, name) => name == "method" && message[CodecAt] == 1,
        OtherReplies = message => message[CodecAt] == 1 && HasNewHessian(message),
    }.Run();

    private static bool HasNewHessian(byte[] message)
    {
        var at = 22 + (message[14] << 8 | message[15]) + (message[16] << 8 | message[17]);
        return at < message.Length && message[at] == NewHessian;
    }

    private static Sample Claimed(Sample sample)
    {
        if (!sample.Attributes.ContainsKey("method") || Encoding.Latin1.GetString(sample.Bytes).Contains("sofa_head_method_name", StringComparison.Ordinal)) return sample;
        return sample with { Attributes = sample.Attributes.Where(pair => pair.Key != "method").ToDictionary() };
    }
}
