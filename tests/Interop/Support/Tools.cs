namespace Meltemi.Interop.Tests.Support;

/// <summary>Programs of others that tests need.</summary>
internal static class Tools
{
    /// <summary>Debian's python, which finds Debian's packages; another one that may come first on PATH does not.</summary>
    public const string Python = "/usr/bin/python3";

    public const string Npm = "npm";
    public const string Node = "node";
    public const string Thrift = "thrift";
    public const string Promtool = "promtool";
    public const string Etcd = "etcd";
    public const string Nft = "nft";
    public const string Ip = "ip";

    /// <summary>Debian's kubectl.</summary>
    public const string Kubectl = "kubectl";

    /// <summary>Python with Apache Thrift's library.</summary>
    public const string PythonThrift = "python3-thrift";

    /// <summary>Debian's Redis.</summary>
    public const string Redis = "redis-server";

    /// <summary>Python with gRPC.</summary>
    public const string PythonGrpc = "python3-grpcio";

    private static readonly Dictionary<string, string> Packages = new()
    {
        [Npm] = "npm",
        [Node] = "nodejs",
        [Thrift] = "thrift-compiler",
        [Promtool] = "prometheus",
        [Etcd] = "etcd-server",
        [Nft] = "nftables",
        [Ip] = "iproute2",
        [PythonThrift] = "python3-thrift",
        [Redis] = "redis-server",
        [PythonGrpc] = "python3-grpcio",
        [Kubectl] = "kubernetes-client",
    };

    /// <summary>
    /// Why tests that need these tools are skipped; null if they are not. Under CI nothing is skipped: the test fails where it starts the
    /// tool.
    /// </summary>
    public static string? ReasonToSkip(string[] tools)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true") return null;
        var missing = tools.Where(tool => !IsThere(tool)).ToArray();
        if (missing.Length == 0) return null;
        return $"not found: {string.Join(", ", missing)}; tests/setup installs {string.Join(", ", missing.Select(tool => Packages[tool]))}";
    }

    private static bool IsThere(string tool) => tool switch
    {
        PythonThrift => HasModule("thrift"),
        PythonGrpc => HasModule("grpc") && HasModule("google/protobuf"),
        Kubectl => File.Exists(Peers.PathOf("kubectl/bin/kubectl")),
        _ => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Combine(directory, tool))),
    };

    private static bool HasModule(string name) => File.Exists(Python) && Directory.Exists($"/usr/lib/python3/dist-packages/{name}");
}

/// <summary>A fact that needs programs of others: without them it fails under CI and is skipped elsewhere, saying why.</summary>
internal sealed class PeerFactAttribute : FactAttribute
{
    public PeerFactAttribute(params string[] tools) => Skip = Tools.ReasonToSkip(tools);
}

/// <summary>A theory that needs programs of others: without them it fails under CI and is skipped elsewhere, saying why.</summary>
internal sealed class PeerTheoryAttribute : TheoryAttribute
{
    public PeerTheoryAttribute(params string[] tools) => Skip = Tools.ReasonToSkip(tools);
}
