using Meltemi.Bench.Lab.Upstream;

namespace Meltemi.Bench.Lab.Arms;

/// <summary>The arms by name.</summary>
internal static class ArmFactory
{
    public static readonly string[] Names = ["direct", "haproxy", "nginx", "meltemi", "policies"];

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="upstream">Where requests end.</param>
    /// <param name="folder">For configuration files.</param>
    /// <param name="program">For the meltemi arm; null if there is none.</param>
    public static Arm Create(string name, ServicePorts upstream, string folder, MeltemiProgram? program) => name switch
    {
        "direct" => new DirectArm(upstream),
        "haproxy" => new HaproxyArm(upstream, folder),
        "nginx" => new NginxArm(upstream, folder),
        "meltemi" or "policies" => new MeltemiArm(
            upstream, folder, program ?? throw new ArgumentException("No build of meltemi found; say where with --meltemi."), name == "policies"),
        _ => throw new ArgumentException($"There is no arm '{name}'; there are {string.Join(", ", Names)}."),
    };
}
