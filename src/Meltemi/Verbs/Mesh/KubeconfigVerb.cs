using System.CommandLine;
using Meltemi.ControlPlane.Api.Access;
using Meltemi.Program.Client;

namespace Meltemi.Program.Verbs.Mesh;

/// <summary><c>meltemi kubeconfig</c>: lets kubectl speak with the controller.</summary>
internal static class KubeconfigVerb
{
    public static Command Create()
    {
        var command = new Command("kubeconfig", """
            Print a kubeconfig for kubectl, with address, token and certificate of the controller:

              meltemi kubeconfig > mesh.kubeconfig
              kubectl --kubeconfig mesh.kubeconfig get metarouters
            """);
        var mesh = new MeshOptions().AddTo(command);
        command.SetAction(result =>
        {
            var address = mesh.Address(result);
            if (address.TokenFile is null) throw new CommandFailedException("the token is not known; name its file with --token-file", ExitCodes.Failed);
            result.InvocationConfiguration.Output.Write(Kubeconfig.Write(
                address.Api, ControllerClient.ReadToken(address.TokenFile), address.CaFile is { } file ? File.ReadAllText(file) : null));
            return ExitCodes.Ok;
        });
        return command;
    }
}
