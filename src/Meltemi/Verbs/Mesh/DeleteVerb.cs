using System.CommandLine;

namespace Meltemi.Program.Verbs.Mesh;

/// <summary><c>meltemi delete</c>: removes resources by name, or those that files hold.</summary>
internal static class DeleteVerb
{
    public static Command Create()
    {
        var what = new Argument<string[]>("what") { Description = "KIND NAME..., or KIND/NAME...", Arity = ArgumentArity.ZeroOrMore };
        var files = ApplyVerb.Files();
        files.Required = false;
        var missing = new Option<bool>("--ignore-not-found") { Description = "What is not there is no error." };
        var command = new Command("delete", "Remove resources by name, or all that the files hold.") { what, files, missing };
        var mesh = new MeshOptions().AddTo(command, withNamespace: true);
        command.SetAction(async (result, cancel) =>
        {
            var (words, names) = (result.GetValue(what) ?? [], result.GetValue(files) ?? []);
            if ((words.Length == 0) == (names.Length == 0)) throw new CommandFailedException("name either resources or files (-f)", ExitCodes.Usage);
            var space = result.GetRequiredValue(mesh.Namespace);
            var targets = names.Length > 0
                ? ResourceFiles.ReadValid(names, Console.In, result.InvocationConfiguration.Error).Select(resource => (resource.Kind, resource.Key.Namespace, resource.Key.Name))
                : Kinds.ParseTargets(words).Select(target => (
                    target.Kind, space, target.Name ?? throw new CommandFailedException("delete needs names, so that nothing is lost by a slip", ExitCodes.Usage)));
            using var controller = mesh.Connect(result);
            foreach (var (kind, where, name) in targets.ToArray())
            {
                var path = Kinds.Path(kind, where, name);
                if (result.GetValue(missing) && await controller.FindAsync(path, cancel: cancel).ConfigureAwait(false) is null) continue;
                await controller.WriteAsync(HttpMethod.Delete, path, null, cancel).ConfigureAwait(false);
                result.InvocationConfiguration.Output.WriteLine($"{kind.Singular}/{name} deleted");
            }

            return ExitCodes.Ok;
        });
        return command;
    }
}
