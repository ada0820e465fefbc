namespace Meltemi.ControlPlane.Tests.Stores.Etcd;

/// <summary>A fact that needs etcd: without it the test fails under CI and is skipped elsewhere, saying why.</summary>
internal sealed class EtcdFactAttribute : FactAttribute
{
    public EtcdFactAttribute() => Skip = NeedsEtcdAttribute.SkipReason;
}

/// <summary>The same for all <see cref="StoreFactAttribute"/> of a class.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class NeedsEtcdAttribute : Attribute
{
    /// <summary>Why tests that need etcd are skipped; null: they are not.</summary>
    public static string? SkipReason { get; } = IsThere() ? null : "needs etcd: run tests/setup";

    private static bool IsThere() => Environment.GetEnvironmentVariable("CI") == "true"
        || Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(directory => File.Exists(Path.Combine(directory, "etcd")));
}
