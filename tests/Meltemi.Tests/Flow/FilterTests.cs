using AwesomeRpc;
using Meltemi.Codec;
using Meltemi.Proxy.Filters;
using Meltemi.Proxy.Flow;
using Meltemi.Tests.Support;
using Meltemi.Transport;
using static Meltemi.Tests.Support.MemoryMesh;

namespace Meltemi.Tests.Flow;

public class FilterTests
{
    [Fact]
    public void Requests_pass_filters_in_order_and_answers_in_reverse()
    {
        var seen = new List<string>();
        using var mesh = new MemoryMesh(null, Named("a"), Named("b"));
        var server = mesh.Start()[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        var upstream = server.Accept();
        mesh.Send(upstream, Answer(mesh.Received(upstream).Single()));

        Assert.Equal(["a request echo", "b request echo", "b answer", "a answer", "a completed", "b completed"], seen);

        TestFilter Named(string name) => new(name)
        {
            Request = (_, command) => Note($"{name} request {command}"),
            Answer = _ => Note($"{name} answer"),
            Completed = () => seen.Add($"{name} completed"),
        };

        FilterStatus Note(string what)
        {
            seen.Add(what);
            return FilterStatus.Continue;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_paused_message_goes_on_when_the_filter_says_so(bool request)
    {
        Exchange? paused = null;
        FilterStatus Pause(Exchange exchange)
        {
            paused = exchange;
            return FilterStatus.Pause;
        }

        var filter = request ? new TestFilter("pause") { Request = (x, _) => Pause(x) } : new TestFilter("pause") { Answer = Pause };
        using var mesh = new MemoryMesh(null, filter);
        var server = mesh.Start()[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        Assert.Equal(request, server.Accepted.Count == 0);
        if (request) paused!.Resume();
        var upstream = server.Accepted.Count > 0 ? server.Accept() : Next(mesh, server);
        mesh.Send(upstream, Answer(mesh.Received(upstream).Single()));
        Assert.Equal(request, mesh.Received(client).Count == 1);
        if (request) return;
        paused!.Resume();
        Assert.Single(mesh.Received(client));
    }

    [Fact]
    public void A_request_that_stays_paused_ends_at_its_deadline()
    {
        using var mesh = new MemoryMesh(null, new TestFilter("pause") { Request = (_, _) => FilterStatus.Pause });
        mesh.Start();
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        mesh.Kernel.AdvanceTime(16_000);
        Assert.Contains("(UT)", Assert.Single(mesh.Received(client)).Text);
    }

    [Fact]
    public void A_filter_can_answer_change_and_abort()
    {
        FilterStatus Decide(Exchange exchange, string command)
        {
            if (command == "forbidden") exchange.Reply(ReplyReason.Forbidden, "not you"u8);
            if (command == "abort") exchange.Abort();
            if (command != "echo") return FilterStatus.Stop;
            exchange.Mutation.Set("by"u8.ToArray(), "filter"u8.ToArray());
            return FilterStatus.Continue;
        }

        using var mesh = new MemoryMesh(null, new TestFilter("decide") { Request = Decide });
        var server = mesh.Start()[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1, "forbidden"), Request(2, "echo"));
        Assert.Equal("not you", Assert.Single(mesh.Received(client)).Text);
        Assert.Equal("filter", Assert.Single(mesh.Received(server.Accept()))["by"]);
        mesh.Send(client, Request(3, "abort"));
        Assert.True(client.IsReset);
    }

    private static MemoryPeer Next(MemoryMesh mesh, MemoryServer server)
    {
        mesh.Kernel.RunUntilIdle();
        return server.Accept();
    }

    private sealed class TestFilter(string name) : Filter, IFilterFactory
    {
        private int _command;

        public string Name => name;

        public Func<Exchange, string, FilterStatus> Request { get; init; } = (_, _) => FilterStatus.Continue;

        public Func<Exchange, FilterStatus> Answer { get; init; } = _ => FilterStatus.Continue;

        public Action Completed { get; init; } = () => { };

        public IEnumerable<string> WantedKeys(object? options) => ["command"];

        public Filter Create(object? options, FilterContext context)
        {
            _command = context.Keys.IndexOf("command");
            return this;
        }

        public override FilterStatus OnRequest(Exchange exchange, in MessageView message) =>
            Request(exchange, System.Text.Encoding.UTF8.GetString(message[_command]));

        public override FilterStatus OnResponse(Exchange exchange, in MessageView message) => Answer(exchange);

        public override void OnCompleted(Exchange exchange) => Completed();
    }
}
