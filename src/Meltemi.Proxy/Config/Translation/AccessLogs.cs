using System.Collections.Immutable;
using Envoy.Config.Accesslog.V3;
using Envoy.Config.Core.V3;
using Envoy.Extensions.AccessLoggers.File.V3;
using Envoy.Extensions.AccessLoggers.Stream.V3;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Codec;
using Meltemi.Proxy.Telemetry.AccessLog;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Access logs to files and to the process's own outputs; others are reported and left out.</summary>
internal static class AccessLogs
{
    private const string Types = "envoy.extensions.access_loggers.";

    /// <param name="codec">The listener's protocol; null: none.</param>
    public static ImmutableArray<AccessLogConfig> Translate(
        IReadOnlyList<AccessLog> logs, CodecInfo? codec, TranslationContext context, string path)
    {
        var configs = ImmutableArray.CreateBuilder<AccessLogConfig>();
        for (var i = 0; i < logs.Count; i++)
        {
            if (Translate(logs[i], context, $"{path}[{i}]") is not { } config) continue;
            CheckFormat(config, codec, context, $"{path}[{i}].typed_config");
            configs.Add(config);
        }

        return configs.ToImmutable();
    }

    private static void CheckFormat(AccessLogConfig config, CodecInfo? codec, TranslationContext context, string path)
    {
        if (config.Format is null && config.Json is null) return;
        try
        {
            _ = AccessLogFormat.Compile(config, new AccessLogKeys(), codec);
        }
        catch (FormatException e)
        {
            context.Problems.Error(path, $"the format cannot be used: {e.Message}");
        }
    }

    private static AccessLogConfig? Translate(AccessLog log, TranslationContext context, string path)
    {
        var typed = $"{path}.typed_config";
        var config = context.Resolve(log.TypedConfig, typed)!;
        switch (TranslationContext.TypeOf(config))
        {
            case Types + "file.v3.FileAccessLog":
                return ToFile(context.Unpack(config, FileAccessLog.Parser, typed), context, typed);
            case Types + "stream.v3.StdoutAccessLog":
                return Formatted("/dev/stdout", context.Unpack(config, StdoutAccessLog.Parser, typed).LogFormat, context, typed);
            case Types + "stream.v3.StderrAccessLog":
                return Formatted("/dev/stderr", context.Unpack(config, StderrAccessLog.Parser, typed).LogFormat, context, typed);
            case "":
                context.Problems.Error(typed, "an access log needs a typed_config");
                return null;
            case var type:
                context.Problems.Warning(path, $"access logs of type {type} are not implemented, ignored");
                return null;
        }
    }

    private static AccessLogConfig ToFile(FileAccessLog log, TranslationContext context, string path) => log.AccessLogFormatCase switch
    {
        FileAccessLog.AccessLogFormatOneofCase.Format => new() { Path = log.Path, Format = log.Format },
        FileAccessLog.AccessLogFormatOneofCase.JsonFormat => new() { Path = log.Path, Json = Flatten(log.JsonFormat) },
        FileAccessLog.AccessLogFormatOneofCase.TypedJsonFormat => new() { Path = log.Path, Json = Flatten(log.TypedJsonFormat) },
        _ => Formatted(log.Path, log.LogFormat, context, path),
    };

    private static AccessLogConfig Formatted(string file, SubstitutionFormatString? format, TranslationContext context, string path)
    {
        switch (format?.FormatCase)
        {
            case SubstitutionFormatString.FormatOneofCase.TextFormat:
                return new() { Path = file, Format = format.TextFormat };
            case SubstitutionFormatString.FormatOneofCase.JsonFormat:
                return new() { Path = file, Json = Flatten(format.JsonFormat) };
            case SubstitutionFormatString.FormatOneofCase.TextFormatSource:
                return new() { Path = file, Format = Text(format.TextFormatSource, context, $"{path}.log_format.text_format_source") };
            default:
                return new() { Path = file };
        }
    }

    private static string? Text(DataSource source, TranslationContext context, string path)
    {
        switch (source.SpecifierCase)
        {
            case DataSource.SpecifierOneofCase.InlineString:
                return source.InlineString;
            case DataSource.SpecifierOneofCase.InlineBytes:
                return source.InlineBytes.ToStringUtf8();
            case DataSource.SpecifierOneofCase.Filename:
                try
                {
                    return File.ReadAllText(source.Filename);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
                {
                    context.Problems.Error($"{path}.filename", $"cannot be read: {e.Message}");
                    return null;
                }

            default:
                context.Problems.Error(path, "give the format inline or as a file");
                return null;
        }
    }

    private static ImmutableArray<KeyValuePair<string, string>> Flatten(Struct format)
    {
        var entries = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        Flatten(format, "", entries);
        return entries.ToImmutable();
    }

    private static void Flatten(Struct format, string prefix, ImmutableArray<KeyValuePair<string, string>>.Builder entries)
    {
        foreach (var (key, value) in format.Fields)
        {
            if (value.KindCase == Value.KindOneofCase.StructValue)
                Flatten(value.StructValue, $"{prefix}{key}.", entries);
            else
                entries.Add(new(prefix + key, Values.Text(value)));
        }
    }
}
