using System.Text.Json.Nodes;

namespace Meltemi.ControlPlane.Api.OpenApi;

/// <summary>Schemas of what all objects have: <c>metadata</c>, <c>status</c>, lists. Names are Kubernetes' own, so that clients know them again.</summary>
internal static class MetadataSchemas
{
    public const string Meta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", ListMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta";
    public const string Result = "io.k8s.apimachinery.pkg.apis.meta.v1.Status", Status = "istio.meta.v1alpha1.IstioStatus";

    /// <summary>All of them, by name.</summary>
    public static IEnumerable<(string Name, JsonObject Schema)> All()
    {
        yield return (Meta, Object(
            "What every object has.",
            ("name", Text("Name, unique among the objects of a kind in a namespace. Required unless generateName is given.")),
            ("generateName", Text("Prefix of a name that the server makes.")),
            ("namespace", Text("Namespace; default if nothing is said.")),
            ("labels", Map("Names and values to select by.")),
            ("annotations", Map("Names and values for programs and people.")),
            ("uid", Text("Set by the server: tells an object from an earlier one of the same name.")),
            ("resourceVersion", Text("Set by the server: changes with every write. Sent back in an update, it guards against changes in between.")),
            ("generation", Number("Set by the server: counts changes of the spec.")),
            ("creationTimestamp", Text("Set by the server: when the object was created.", "date-time")),
            ("deletionTimestamp", Text("Not used: objects are gone at once.", "date-time")),
            ("deletionGracePeriodSeconds", Number("Not used.")),
            ("finalizers", Merged(List(Text("A name."), "Kept, and without effect."))),
            ("ownerReferences", Merged(List(Object("Another object.", ("uid", Text("Uid.")), ("name", Text("Name.")), ("kind", Text("Kind.")),
                ("apiVersion", Text("Version.")), ("controller", Anything("")), ("blockOwnerDeletion", Anything(""))), "Kept, and without effect."), "uid")),
            ("managedFields", List(Anything(""), "Who owns which fields; kept from the first server-side apply on.")),
            ("selfLink", Text("Not used.")),
            ("clusterName", Text("Not used."))));
        yield return (ListMeta, Object(
            "What every list has.",
            ("resourceVersion", Text("The state that the list shows; a watch goes on from there.")),
            ("continue", Text("Where the next page begins.")),
            ("remainingItemCount", Number("How many objects follow."))));
        yield return (Result, Object(
            "The result of a request that shows no object.",
            ("apiVersion", Text("v1")), ("kind", Text("Status")), ("metadata", Reference(ListMeta, "Nothing.")),
            ("status", Text("Success or Failure.")), ("message", Text("A sentence.")), ("reason", Text("One word.")),
            ("code", Number("HTTP status.")), ("details", Anything("What it is about, and everything that is wrong."))));
        yield return (Status, Object(
            "What the control plane says about the object.",
            ("conditions", List(
                Object(
                    "One aspect of the object's state.",
                    ("type", Text("Accepted: it is valid and not overruled. Resolved: all it names exists. Programmed: its proxies have acknowledged it.")),
                    ("status", Text("True, False or Unknown.")), ("reason", Text("One word, for programs.")), ("message", Text("A sentence, for people.")),
                    ("lastTransitionTime", Text("When status last changed.", "date-time")),
                    ("observedGeneration", Number("Generation that this was said about."))),
                "At most one of each type.")),
            ("validationMessages", List(
                Object(
                    "Something that is wrong, or surely not meant.",
                    ("level", Text("ERROR or WARNING.")), ("path", Text("The field.")), ("message", Text("What is wrong, and what to do."))),
                "Errors first.")),
            ("observedGeneration", Number("Generation of the spec that this was said about."))));
    }

    public static JsonObject Reference(string name) => new() { ["$ref"] = OpenApiDocuments.Prefix + name };

    /// <summary>In version 3 nothing may stand beside a reference, so it is wrapped.</summary>
    public static JsonObject Reference(string name, string description) =>
        new() { ["description"] = description, ["allOf"] = new JsonArray(Reference(name)) };

    public static JsonObject Text(string description, string format = "") => Scalar("string", description, format);

    public static JsonObject Number(string description) => Scalar("integer", description, "int64");

    public static JsonObject List(JsonObject items, string description) => new() { ["description"] = description, ["type"] = "array", ["items"] = items };

    /// <summary>A value that is not looked into.</summary>
    public static JsonObject Anything(string description) => new() { ["description"] = description, ["x-kubernetes-preserve-unknown-fields"] = true };

    public static JsonObject Object(string description, params ReadOnlySpan<(string Name, JsonObject Schema)> properties)
    {
        var members = new JsonObject();
        foreach (var (name, schema) in properties) members[name] = schema;
        return new() { ["description"] = description, ["type"] = "object", ["properties"] = members };
    }

    // A list that a strategic merge patch merges item by item.
    private static JsonObject Merged(JsonObject list, string key = "")
    {
        list["x-kubernetes-patch-strategy"] = "merge";
        if (key.Length > 0) list["x-kubernetes-patch-merge-key"] = key;
        return list;
    }

    private static JsonObject Map(string description) =>
        new() { ["description"] = description, ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = "string" } };

    private static JsonObject Scalar(string type, string description, string format)
    {
        var schema = new JsonObject { ["description"] = description, ["type"] = type };
        if (format.Length > 0) schema["format"] = format;
        return schema;
    }
}
