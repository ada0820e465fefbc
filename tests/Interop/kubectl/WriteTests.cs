using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meltemi.Interop.Tests.Support;

namespace Meltemi.Interop.Tests.Kubectl;

public sealed class WriteTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [PeerTheory(Tools.Kubectl)]
    [MemberData(nameof(ApiFixture.Programs), MemberType = typeof(ApiFixture))]
    public async Task Apply_creates_changes_and_removes(string program)
    {
        var kubectl = api.Kubectl(program);
        var file = kubectl.Write(Objects.Orders);
        Assert.Equal("serviceentry.networking.istio.io/orders created", await kubectl.Run($"apply -f {file}"));
        Assert.Equal("serviceentry.networking.istio.io/orders unchanged", await kubectl.Run($"apply -f {file}"));
        await kubectl.Run("label se orders by=hand");

        var changed = kubectl.Write(Objects.Orders.Replace("20880", "20881").Replace("{team: shop}", "{}"));
        var (exitCode, difference, _) = await kubectl.Try($"diff -f {changed}");
        Assert.Equal(1, exitCode);
        Assert.Contains("\n-    number: 20880\n+    number: 20881\n", difference);
        Assert.EndsWith("configured (server dry run)", await kubectl.Run($"apply -f {changed} --dry-run=server"));
        Assert.Equal("20880", await Port(kubectl));

        Assert.EndsWith("configured", await kubectl.Run($"apply -f {changed}"));
        Assert.Equal("20881", await Port(kubectl));
        Assert.Equal("hand/", await kubectl.Run("get", "se", "orders", "-o", "jsonpath={.metadata.labels.by}/{.metadata.labels.team}"));
        Assert.Equal(0, (await kubectl.Try($"diff -f {changed}")).ExitCode);
    }

    [PeerTheory(Tools.Kubectl)]
    [MemberData(nameof(ApiFixture.Programs), MemberType = typeof(ApiFixture))]
    public async Task Apply_on_the_server_knows_who_owns_what(string program)
    {
        var kubectl = api.Kubectl(program);
        var file = kubectl.Write(Objects.Orders);
        Assert.Equal("serviceentry.networking.istio.io/orders serverside-applied", await kubectl.Run($"apply --server-side -f {file}"));
        await kubectl.Run("patch se orders --type=merge -p {\"spec\":{\"resolution\":\"DNS\"}} --field-manager=hand");
        var conflict = await kubectl.Try($"apply --server-side -f {file}");
        Assert.NotEqual(0, conflict.ExitCode);
        Assert.Contains("conflict with \"hand\" using networking.istio.io/v1", conflict.Seen);
        Assert.Contains(".spec.resolution", conflict.Seen);
        await kubectl.Run($"apply --server-side --force-conflicts -f {file}");
        Assert.Equal("STATIC", await kubectl.Run("get", "se", "orders", "-o", "jsonpath={.spec.resolution}"));

        await kubectl.Run($"apply --server-side -f {kubectl.Write(Objects.Orders.Replace("  labels: {team: shop}\n", ""))}");
        Assert.Equal("", await kubectl.Run("get", "se", "orders", "-o", "jsonpath={.metadata.labels}"));
    }

    [PeerTheory(Tools.Kubectl)]
    [MemberData(nameof(ApiFixture.Programs), MemberType = typeof(ApiFixture))]
    public async Task Apply_moves_to_the_server_and_keeps_what_others_did(string program)
    {
        var kubectl = api.Kubectl(program);
        await kubectl.Run($"apply -f {kubectl.Write(Objects.Orders)}");
        await kubectl.Run("label se orders by=hand");
        await kubectl.Run($"apply --server-side -f {kubectl.Write(Objects.Orders.Replace("20880", "20881"))}");
        Assert.Equal("20881", await Port(kubectl));
        Assert.Equal("hand/shop", await kubectl.Run("get", "se", "orders", "-o", "jsonpath={.metadata.labels.by}/{.metadata.labels.team}"));
    }

    [PeerTheory(Tools.Kubectl)]
    [MemberData(nameof(ApiFixture.Programs), MemberType = typeof(ApiFixture))]
    public async Task Create_replace_edit_and_patch_work(string program)
    {
        var kubectl = api.Kubectl(program);
        var file = kubectl.Write(Objects.Orders);
        Assert.EndsWith("created", await kubectl.Run($"create -f {file}"));
        Assert.Contains("Error from server (AlreadyExists)", (await kubectl.Try($"create -f {file}")).Seen);
        Assert.EndsWith("replaced", await kubectl.Run($"replace -f {kubectl.Write(Objects.Orders.Replace("20880", "20881"))}"));
        Assert.Equal("20881", await Port(kubectl));
        kubectl.Editor = "s/20881/20882/";
        Assert.EndsWith("edited", await kubectl.Run("edit se orders"));
        Assert.Equal("20882", await Port(kubectl));
        const string Patch = """[{"op":"replace","path":"/spec/ports/0/number","value":20883}]""";
        Assert.EndsWith("patched", await kubectl.Run($"patch se orders --type=json -p {Patch}"));
        Assert.Equal("20883", await Port(kubectl));
        Assert.EndsWith("labeled", await kubectl.Run("label se orders a=b"));
        Assert.Matches("(labeled|unlabeled)$", await kubectl.Run("label se orders a-"));
        Assert.EndsWith("annotated", await kubectl.Run("annotate se orders a=b"));
        Assert.Contains("already has a value", (await kubectl.Try("annotate se orders a=c")).Seen);
        Assert.EndsWith("replaced", await kubectl.Run($"replace --force -f {file}"));
        Assert.Equal("20880", await Port(kubectl));
    }

    [PeerTheory(Tools.Kubectl)]
    [MemberData(nameof(ApiFixture.Programs), MemberType = typeof(ApiFixture))]
    public async Task Delete_waits_until_objects_are_gone(string program)
    {
        var kubectl = api.Kubectl(program);
        foreach (var name in (string[])["a", "b", "c"])
            await kubectl.Run($"apply -f {kubectl.Write(Objects.Orders.Replace("name: orders", $"name: {name}"))}");
        await kubectl.Run("label se a b on=yes");
        Assert.EndsWith("\"a\" deleted (server dry run)", await kubectl.Run("delete se a --dry-run=server"));
        Assert.EndsWith("\"c\" deleted", await kubectl.Run("delete se c"));
        Assert.Equal(2, (await kubectl.Run("delete se -l on=yes")).Split('\n').Length);
        Assert.Equal("", await kubectl.Run("get se -o name"));
        Assert.Contains("(NotFound)", (await kubectl.Try("delete se a")).Seen);
    }

    [PeerTheory(Tools.Kubectl)]
    [MemberData(nameof(ApiFixture.Programs), MemberType = typeof(ApiFixture))]
    public async Task Kubernetes_own_kinds_are_applied_by_strategic_merge(string program)
    {
        var kubectl = api.Kubectl(program);
        await kubectl.Run($"apply -f {kubectl.Write(Objects.Web)}");
        var changed = kubectl.Write(Objects.Web.Replace("name: tcp-dubbo, port: 20880", "name: https, port: 443"));
        Assert.EndsWith("configured", await kubectl.Run($"apply -f {changed}"));
        Assert.Equal("443 80", string.Join(' ', (await kubectl.Run("get", "svc", "web", "-o", "jsonpath={.spec.ports[*].port}")).Split(' ').Order()));
        Assert.Matches("TargetPort: +8080/", await kubectl.Run("describe svc web"));
    }

    [PeerTheory(Tools.Kubectl)]
    [MemberData(nameof(ApiFixture.Programs), MemberType = typeof(ApiFixture))]
    public async Task What_is_wrong_is_told_and_nothing_is_stored(string program)
    {
        var kubectl = api.Kubectl(program);
        var wrong = kubectl.Write(Objects.Routes.Replace("hosts: [orders.example]", "hosts: orders.example").Replace("exact: jason", "exact: 7"));
        var (exitCode, _, seen) = await kubectl.Try($"apply -f {wrong} --validate=false");
        Assert.Equal(1, exitCode);
        Assert.Contains("is invalid", seen);
        Assert.Contains("* spec.hosts: ", seen); // kubectl lists the causes one by one
        Assert.Contains("* spec.routes[0].match.attributes", seen);
        Assert.Contains("(NotFound)", (await kubectl.Try("get mr orders")).Seen);

        var unknown = kubectl.Write(Objects.Routes.Replace("  routes:", "  hots: [a]\n  routes:"));
        var warned = await kubectl.Try($"apply -f {unknown} --dry-run=server --validate={(kubectl.IsNew ? "warn" : "false")}");
        Assert.Contains("Warning: unknown field \"spec.hots\"", warned.Seen);
        Assert.Equal(0, warned.ExitCode);
        var strict = await kubectl.Try($"apply -f {unknown} --validate=true");
        Assert.NotEqual(0, strict.ExitCode);
        Assert.Contains("hots", strict.Seen);
    }

    [PeerTheory(Tools.Kubectl)]
    [MemberData(nameof(ApiFixture.Programs), MemberType = typeof(ApiFixture))]
    public async Task Strangers_are_sent_away(string program)
    {
        var kubectl = api.Kubectl(program);
        var (_, _, token) = await kubectl.Try("get se --token=0000000000000000000000000000000000000000");
        Assert.Matches("You must be logged in to the server|Unauthorized", token);
        var authority = kubectl.Write(OtherAuthority());
        Assert.Contains("x509", (await kubectl.Try($"get se --certificate-authority={authority}")).Seen);
    }

    private static Task<string> Port(KubectlProgram kubectl) => kubectl.Run("get", "se", "orders", "-o", "jsonpath={.spec.ports[0].number}");

    private static string OtherAuthority()
    {
        using var key = ECDsa.Create();
        var request = new CertificateRequest("CN=other", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return certificate.ExportCertificatePem();
    }
}
