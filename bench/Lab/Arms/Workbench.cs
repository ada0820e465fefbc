using System.Runtime.InteropServices;
using Meltemi.Bench.Lab.Upstream;

namespace Meltemi.Bench.Lab.Arms;

/// <summary>The upstream, the arms and a folder for their files; all of it goes when this does, also on Ctrl-C.</summary>
internal sealed class Workbench : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("meltemi-lab-");
    private readonly List<Arm> _arms = [];
    private readonly MeltemiProgram? _program;
    private readonly ServicePorts _ports;
    private readonly PosixSignalRegistration[] _signals;

    /// <summary>Starts the upstream.</summary>
    /// <param name="program">The meltemi to measure; null: there is none.</param>
    /// <param name="ownRuntime">Whether it gets a .NET runtime of its own (<see cref="RuntimeCopy"/>).</param>
    public Workbench(MeltemiProgram? program, bool ownRuntime = false)
    {
        _program = ownRuntime && program is not null ? program with { Runtime = RuntimeCopy.Make(_folder.FullName) } : program;
        _signals = [Handle(PosixSignal.SIGINT), Handle(PosixSignal.SIGTERM)];
        Upstream = new ChildProcess(Environment.ProcessPath!, [.. OwnArguments(), "upstream", "--until-stdin-closes"]);
        _ports = ServicePorts.Parse(Upstream.FirstLine());
    }

    public ChildProcess Upstream { get; }

    /// <summary>All arms whose programs are here.</summary>
    public string[] DefaultArms()
    {
        if (_program is not null)
            return ArmFactory.Names;
        Console.Error.WriteLine("No build of meltemi found; its arm is left out (see --meltemi).");
        return [.. ArmFactory.Names.Where(name => name != "meltemi")];
    }

    /// <summary>Starts these arms and waits until all are ready.</summary>
    public IReadOnlyList<Arm> Open(IEnumerable<string> names)
    {
        foreach (var name in names)
            _ = Start(name);
        foreach (var arm in _arms)
            arm.WaitUntilReady();
        return _arms;
    }

    /// <summary>Starts one arm without waiting.</summary>
    public Arm Start(string name)
    {
        var arm = ArmFactory.Create(name, _ports, _folder.FullName, _program);
        _arms.Add(arm);
        arm.Start();
        return arm;
    }

    public void Dispose()
    {
        foreach (var arm in _arms)
            arm.Dispose();
        Upstream.Dispose();
        foreach (var signal in _signals)
            signal.Dispose();
        _folder.Delete(recursive: true);
    }

    // Run as "dotnet lab.dll" the process is dotnet, and needs to be told again what to run.
    private static string[] OwnArguments() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];

    private PosixSignalRegistration Handle(PosixSignal signal) => PosixSignalRegistration.Create(signal, _ =>
    {
        Dispose();
        Environment.Exit(130);
    });
}
