using System.Reflection;
using System.Runtime.Loader;
using Meltemi.Codec;
using Meltemi.Protocols;

namespace Meltemi.Program;

/// <summary>The protocols of this process: those that come with it, then those of plug-in assemblies.</summary>
public static class CodecPlugins
{
    /// <summary>All protocols. A plug-in may replace one by taking its name.</summary>
    /// <param name="assemblies">Files of plug-ins.</param>
    /// <exception cref="CommandFailedException">A file is not an assembly or has no codec.</exception>
    public static CodecRegistry Load(IEnumerable<string> assemblies)
    {
        var registry = BuiltInProtocols.Register(new CodecRegistry());
        foreach (var file in assemblies) Add(registry, file);
        return registry;
    }

    private static void Add(CodecRegistry registry, string file)
    {
        if (!File.Exists(file)) throw Refused(file, "there is no such file");
        try
        {
            var found = false;
            foreach (var type in new PluginContext(Path.GetFullPath(file)).Load().GetExportedTypes())
            {
                if (!IsFactory(type)) continue;
                registry.Add((ICodecFactory)Activator.CreateInstance(type)!);
                found = true;
            }

            if (!found) throw Refused(file, "it has no public ICodecFactory with a constructor without parameters");
        }
        catch (Exception e) when (e is IOException or BadImageFormatException or TypeLoadException or UnauthorizedAccessException
            or TargetInvocationException or ReflectionTypeLoadException or InvalidOperationException)
        {
            throw Refused(file, (e.InnerException ?? e).Message);
        }
    }

    private static bool IsFactory(Type type) =>
        !type.IsAbstract && type.IsAssignableTo(typeof(ICodecFactory)) && type.GetConstructor(Type.EmptyTypes) is not null;

    private static CommandFailedException Refused(string file, string reason) =>
        new($"codec {file} cannot be used: {reason}", ExitCodes.BadConfiguration);

    /// <summary>
    /// A plug-in brings its own dependencies, found beside it by its .deps.json; the contract it shares with the program, or its types
    /// would not be the program's.
    /// </summary>
    private sealed class PluginContext(string file) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(file))
    {
        private readonly AssemblyDependencyResolver _resolver = new(file);

        public Assembly Load() => LoadFromAssemblyPath(file);

        protected override Assembly? Load(AssemblyName name)
        {
            if (name.Name == typeof(ICodecFactory).Assembly.GetName().Name) return null;
            return _resolver.ResolveAssemblyToPath(name) is { } path ? LoadFromAssemblyPath(path) : null;
        }
    }
}
