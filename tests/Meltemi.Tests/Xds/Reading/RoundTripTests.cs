using System.Text;
using System.Text.Json;
using Envoy.Config.Bootstrap.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Meltemi.Xds.Reading;
using Meltemi.Xds.Schema;
using Meltemi.Xds.Writing;

namespace Meltemi.Tests.Xds.Reading;

/// <summary>What protobuf's own formatter writes, the reader reads as the same message and finds nothing wrong with it.</summary>
public class RoundTripTests
{
    private static readonly TypeRegistry Types = TypeRegistry.FromFiles(BootstrapReflection.Descriptor, TcpProxyReflection.Descriptor);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Random_bootstraps_come_back(bool protoNames)
    {
        var settings = JsonFormatter.Settings.Default.WithTypeRegistry(Types).WithPreserveProtoFieldNames(protoNames).WithIndentation();
        var formatter = new JsonFormatter(settings);
        for (var seed = 0; seed < 100; seed++)
        {
            var message = new RandomMessages(seed).Make(Bootstrap.Descriptor);
            var json = formatter.Format(message);
            var problems = new ProblemList();

            var read = ResourceReader.Read(json, Bootstrap.Descriptor.FullName, Bootstrap.Parser, problems);

            Assert.Empty(problems.ToSorted().Select(problem => $"seed {seed}: {problem}"));
            Assert.Equal(message, read);
        }
    }

    [Fact]
    public void Random_bootstraps_come_back_from_what_we_write_ourselves_and_their_bytes_keep_the_rules()
    {
        for (var seed = 100; seed < 200; seed++)
        {
            var message = new RandomMessages(seed).Make(Bootstrap.Descriptor);
            var (bytes, problems, output) = (message.ToByteArray(), new ProblemList(), new MemoryStream());
            using (var json = new Utf8JsonWriter(output)) WireJson.Write(json, Bootstrap.Descriptor.FullName, bytes);

            var read = ResourceReader.Read(Encoding.UTF8.GetString(output.ToArray()), Bootstrap.Descriptor.FullName, Bootstrap.Parser, problems);
            WireChecker.Check(Bootstrap.Descriptor.FullName, bytes, problems);

            Assert.Empty(problems.ToSorted().Select(problem => $"seed {seed}: {problem}"));
            Assert.Equal(message, read);
        }
    }

    [Fact]
    public void The_schema_has_every_generated_type_with_its_fields()
    {
        var files = new HashSet<FileDescriptor>();
        Collect(BootstrapReflection.Descriptor, files);
        Collect(TcpProxyReflection.Descriptor, files);
        Collect(Aeraki.MetaProtocolProxy.V1Alpha.MetaProtocolProxyReflection.Descriptor, files);

        files.RemoveWhere(file => file.Package.StartsWith("google.", StringComparison.Ordinal));
        foreach (var type in files.SelectMany(file => file.MessageTypes))
        {
            var schema = SchemaSet.Default.Message(type.FullName);
            Assert.Equal(
                type.Fields.InDeclarationOrder().Select(field => (field.Name, field.FieldNumber)),
                schema!.FieldList.Select(field => (field.Name, field.Number)));
        }
    }

    private static void Collect(FileDescriptor file, HashSet<FileDescriptor> files)
    {
        if (!files.Add(file)) return;
        foreach (var dependency in file.Dependencies) Collect(dependency, files);
    }
}
