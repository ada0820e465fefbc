using Meltemi.Codec;
using Meltemi.Codec.Declarative;
using Meltemi.Interop.Tests.Support;
using Meltemi.Proxy.Config;
using Meltemi.Tests.Support;
using Meltemi.Xds.Reading;

namespace Meltemi.Interop.Tests.Bolt;

/// <summary>sofa-rpc-node's client and server with a proxy between that knows Bolt from samples/protocols/bolt-v1.yaml alone.</summary>
public sealed class DeclaredBoltTests(BoltServers servers) : IClassFixture<BoltServers>
{
    [PeerTheory(Tools.Node, Tools.Npm)]
    [InlineData("hessian2")]
    [InlineData("protobuf")]
    public async Task All_goes_through_the_proxy_as_it_goes_without(string codec)
    {
        using var mesh = new Mesh(new Factory(), [Mesh.Route("main")], [await ClusterAsync("main")]);

        var run = await BoltPeers.CallAsync(mesh.Port, ["--dialect", "v1", "--codec", codec, "--attach", "user=ann", .. BoltPeers.Cases]);

        Assert.Equal(BoltPeers.Cases, run.Results.Select(result => result.Case));
        Assert.All(run.Results, result => Assert.True(result.Expected, result.ToString()));
        Assert.Equal(0, run.ExitCode);
    }

    [PeerFact(Tools.Node, Tools.Npm)]
    public async Task Headers_decide_where_a_call_goes_and_are_changed_on_the_way()
    {
        var changing = Mesh.Route("second", ("method", "whoAmI")) with { RequestMutations = [new MutationConfig(ChangeKind.Set, "user", "jason")] };
        var attachments = Mesh.Route("first", ("user", "ann")) with { RequestMutations = [new MutationConfig(ChangeKind.Set, "x-mesh", "declared")] };
        using var mesh = new Mesh(new Factory(), [changing, attachments], [await ClusterAsync("first"), await ClusterAsync("second")]);

        var run = await BoltPeers.CallAsync(mesh.Port, "--dialect", "v1", "--codec", "protobuf", "--attach", "user=ann", "who", "attachments");

        Assert.Equal("second", run["who"].Value.GetString());
        Assert.Equal("declared", run["attachments"].Value.GetProperty("x-mesh").GetString());
    }

    [PeerTheory(Tools.Node, Tools.Npm)]
    [InlineData("hessian2")]
    [InlineData("protobuf")]
    public async Task A_failure_is_raised_as_an_error_with_cause_and_cluster(string codec)
    {
        using var places = new Places();
        using var mesh = new Mesh(new Factory(), [Mesh.Route("refusing")], [Mesh.Cluster("refusing", places.Refusing)]);

        var run = await BoltPeers.CallAsync(mesh.Port, "--dialect", "v1", "--codec", codec, "hello");

        Assert.Contains($"meltemi: cannot connect to {places.Refusing} of cluster 'refusing' (UF)", run["hello"].Error);
    }

    private async Task<ClusterConfig> ClusterAsync(string name) => Mesh.Cluster(name, (await servers.GetAsync(name)).Address);

    private sealed class Factory : ICodecFactory
    {
        public IReadOnlyList<string> Names => ["bolt1"];

        public ICodec Create(CodecOptions options)
        {
            var problems = new ProblemList();
            var codec = DeclaredProtocol.Load(File.ReadAllText(Path.Combine(Repository.Root, "samples", "protocols", "bolt-v1.yaml")), problems);
            return codec ?? throw new InvalidOperationException(string.Join('\n', problems.ToSorted()));
        }
    }
}
