using System.Text;

namespace Meltemi.ControlPlane.Api.Access;

/// <summary>Writes what kubectl needs to know to reach the API.</summary>
public static class Kubeconfig
{
    /// <summary>A kubeconfig with one cluster, one user and one context.</summary>
    /// <param name="server">Address, such as <c>https://127.0.0.1:15080</c>.</param>
    /// <param name="token">The bearer token; the text is a secret then.</param>
    /// <param name="authorityPem">Certificate that the client must trust; null: what its machine trusts.</param>
    /// <param name="name">Name of cluster, user and context.</param>
    /// <param name="defaultNamespace">Namespace of commands without <c>-n</c>.</param>
    public static string Write(Uri server, string token, string? authorityPem, string name = "meltemi", string defaultNamespace = "default")
    {
        var text = new StringBuilder($"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: {name}
              cluster:
                server: {server.GetLeftPart(UriPartial.Authority)}

            """);
        if (authorityPem is not null)
            text.Append("    certificate-authority-data: ").Append(Convert.ToBase64String(Encoding.ASCII.GetBytes(authorityPem))).Append('\n');
        return text.Append($"""
            users:
            - name: {name}
              user:
                token: {token}
            contexts:
            - name: {name}
              context:
                cluster: {name}
                user: {name}
                namespace: {defaultNamespace}
            current-context: {name}

            """).ToString();
    }
}
