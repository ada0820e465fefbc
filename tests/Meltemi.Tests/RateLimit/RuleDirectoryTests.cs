using Meltemi.RateLimit.Figures;
using Meltemi.RateLimit.Rules;
using Meltemi.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Meltemi.Tests.RateLimit;

public sealed class RuleDirectoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("meltemi-limits-").FullName;
    private readonly ServerFigures _figures = new();
    private readonly Lines _log = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_change_is_taken_over_and_a_mistake_leaves_what_was()
    {
        Write("shop.yaml", 1);
        await using var rules = Open();
        Assert.Equal(1u, Limit(rules));
        Assert.False(rules.Look());

        Write("shop.yaml", 2);
        Assert.True(rules.Look());
        Assert.Equal(2u, Limit(rules));

        File.WriteAllText(Path.Combine(_folder, "shop.yaml"), "domain: shop\ndescriptors: [ { key: a, rate_limit: { unit: second } } ]");
        Assert.False(rules.Look());
        Assert.Equal(2u, Limit(rules));
        Assert.Contains(_log.All, line => line.EndsWith("shop.yaml:2:31 descriptors[0].rate_limit.requests_per_unit: 'requests_per_unit' is missing; 0 refuses everything", StringComparison.Ordinal)
            || line.Contains("requests_per_unit' is missing", StringComparison.Ordinal));
        Assert.Equal((2, 1), (_figures.ConfigLoads.Value, _figures.ConfigErrors.Value));

        Write("shop.yaml", 3);
        Assert.True(rules.Look());
        Assert.Equal(3u, Limit(rules));
    }

    [Fact]
    public async Task A_ConfigMap_changes_by_its_link()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "..one"));
        Directory.CreateDirectory(Path.Combine(_folder, "..two"));
        Write("..one/shop.yaml", 1);
        Write("..two/shop.yaml", 2);
        Directory.CreateSymbolicLink(Path.Combine(_folder, "..data"), "..one");
        File.CreateSymbolicLink(Path.Combine(_folder, "shop.yaml"), "..data/shop.yaml");
        await using var rules = Open();
        Assert.Equal(1u, Limit(rules));

        Directory.CreateSymbolicLink(Path.Combine(_folder, "..data_tmp"), "..two");
        Directory.Delete(Path.Combine(_folder, "..data"));
        Directory.Move(Path.Combine(_folder, "..data_tmp"), Path.Combine(_folder, "..data"));
        Assert.True(rules.Look());
        Assert.Equal(2u, Limit(rules));
    }

    [Fact]
    public async Task A_folder_that_is_gone_leaves_what_was()
    {
        Write("shop.yaml", 1);
        await using var rules = Open();
        Directory.Move(_folder, _folder + "-gone");
        Assert.False(rules.Look());
        Assert.Equal(1u, Limit(rules));
        Directory.Move(_folder + "-gone", _folder);
    }

    private RuleDirectory Open()
    {
        var texts = RuleFiles.Texts(_folder);
        return new(_folder, false, texts, RuleFiles.Read(texts).Rules!, _figures, _log, new ManualTime());
    }

    private static uint Limit(RuleDirectory rules) => rules.Current.Find("shop", RuleReaderTests.Parse("a=b"))!.RequestsPerUnit;

    private void Write(string file, int limit) => File.WriteAllText(
        Path.Combine(_folder, file), $"domain: shop\ndescriptors: [ {{ key: a, rate_limit: {{ unit: second, requests_per_unit: {limit} }} }} ]");

    private sealed class Lines : ILogger
    {
        public List<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Add(formatter(state, exception));
    }
}
