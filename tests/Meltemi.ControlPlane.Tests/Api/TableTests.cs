using Meltemi.ControlPlane.Api.Tables;
using Meltemi.ControlPlane.Tests.Api.Support;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Tests.Api;

public class TableTests
{
    private const string Table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

    [Fact]
    public async Task Routers_are_shown_with_hosts_and_conditions()
    {
        await using var api = await ApiUnderTest.StartAsync();
        (await api.Post(ApiUnderTest.Routers, Samples.Router("a"))).Expect(201);
        (await api.Patch(ApiUnderTest.Routers + "/a/status", """{"status": {"conditions": [{"type": "Accepted", "status": "True"}, {"type": "Programmed", "status": "False", "message": "1 of 3"}]}}""")).Expect(200);
        var table = (await api.Get(ApiUnderTest.Routers, Table)).Expect(200);
        Assert.Equal("application/json;as=Table;v=v1;g=meta.k8s.io", table.ContentType.Replace(" ", ""));
        var columns = table.Json["columnDefinitions"]!.AsArray().Select(column => (column!["name"]!.GetValue<string>(), column["priority"]!.GetValue<int>()));
        Assert.Equal([("Name", 0), ("Hosts", 0), ("Routes", 0), ("Accepted", 0), ("Resolved", 0), ("Programmed", 0), ("Age", 0), ("Gateways", 1), ("Export", 1), ("Message", 1)], columns);
        var cells = table.Json["rows"]![0]!["cells"]!.AsArray().Select(cell => cell!.ToString()).ToArray();
        Assert.Equal(["a", "orders.example", "1", "True", "Unknown", "False"], cells[..6]);
        Assert.Matches("^[0-9]+s$", cells[6]);
        Assert.Equal(["<none>", "<none>", "1 of 3"], cells[7..]);
        Assert.Equal("PartialObjectMetadata", table.At("rows.0.object.kind"));
        Assert.Null(table.At("rows.0.object.spec"));
    }

    [Theory]
    [InlineData("None", null)]
    [InlineData("Metadata", "PartialObjectMetadata")]
    [InlineData("Object", "Service")]
    public async Task Rows_carry_as_much_of_the_object_as_is_asked_for(string include, string? kind)
    {
        await using var api = await ApiUnderTest.StartAsync();
        (await api.Post(ApiUnderTest.Services, Samples.Service("s"))).Expect(201);
        var table = (await api.Get($"{ApiUnderTest.Services}/s?includeObject={include}", Table)).Expect(200);
        Assert.Equal(kind, table.At("rows.0.object.kind"));
        Assert.Equal("80,20880", table.At("rows.0.cells.3"));
    }

    [Fact]
    public async Task Metadata_can_be_had_alone()
    {
        await using var api = await ApiUnderTest.StartAsync();
        (await api.Post(ApiUnderTest.Routers, Samples.Router("a"))).Expect(201);
        const string Partial = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";
        var list = (await api.Get(ApiUnderTest.Routers, Partial)).Expect(200);
        Assert.Equal("PartialObjectMetadataList", list.At("kind"));
        Assert.Equal(["a"], list.ItemNames);
        Assert.Null(list.At("items.0.spec"));
    }

    [Fact]
    public void Every_kind_has_columns_of_its_own()
    {
        var missing = ResourceKinds.All.Where(kind => TableColumns.Of(kind).Length < 3 || TableColumns.Of(kind).DistinctBy(column => column.Name).Count() != TableColumns.Of(kind).Length);
        Assert.Empty(missing);
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(119, "119s")]
    [InlineData(120, "2m")]
    [InlineData(200, "3m20s")]
    [InlineData(599, "9m59s")]
    [InlineData(600, "10m")]
    [InlineData((3 * 3600) - 1, "179m")]
    [InlineData(3 * 3600, "3h")]
    [InlineData((5 * 3600) + 60, "5h1m")]
    [InlineData(8 * 3600, "8h")]
    [InlineData(2 * 86400, "2d")]
    [InlineData((3 * 86400) + (4 * 3600), "3d4h")]
    [InlineData(8 * 86400, "8d")]
    [InlineData(800 * 86400, "2y70d")]
    [InlineData(9 * 365 * 86400, "9y")]
    [InlineData(-1, "0s")]
    [InlineData(-60, "<invalid>")]
    public void Ages_are_written_as_kubectl_does(int seconds, string text) => Assert.Equal(text, HumanDuration.Write(TimeSpan.FromSeconds(seconds)));
}
