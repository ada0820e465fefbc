using System.CommandLine;
using Meltemi.ControlPlane.Stores;

namespace Meltemi.Program.Verbs;

/// <summary>Options of a store in etcd.</summary>
internal sealed class EtcdOptions
{
    private readonly Option<string?> _user = File("--etcd-user", "User in etcd.", "NAME");
    private readonly Option<string?> _password = File("--etcd-password-file", "File with the user's password.");
    private readonly Option<string?> _authority = File("--etcd-ca", "Certificates that etcd's servers are trusted by, in PEM; default: the system's.");
    private readonly Option<string?> _certificate = File("--etcd-cert", "Our certificate for etcd in PEM.");
    private readonly Option<string?> _key = File("--etcd-key", "Its private key in PEM.");

    public void AddTo(Command command)
    {
        foreach (var option in new[] { _user, _password, _authority, _certificate, _key }) command.Add(option);
    }

    public StoreOptions Read(ParseResult result, string location) => new()
    {
        Location = location,
        User = result.GetValue(_user),
        Password = result.GetValue(_password) is { } file ? Password(file) : null,
        CaFile = result.GetValue(_authority),
        CertificateFile = result.GetValue(_certificate),
        KeyFile = result.GetValue(_key),
    };

    private static Option<string?> File(string name, string description, string help = "FILE") => new(name) { Description = description, HelpName = help };

    private static string Password(string file)
    {
        try
        {
            return System.IO.File.ReadAllText(file).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"the password cannot be read: {e.Message}", ExitCodes.BadConfiguration);
        }
    }
}
