using System.Collections.Immutable;

namespace Meltemi.ControlPlane.Api.Access;

/// <summary>How connections to the API are encrypted.</summary>
public abstract record ApiTls;

/// <summary>Not at all. kubectl sends no token then, so it is of use to other programs only.</summary>
public sealed record NoTls : ApiTls;

/// <summary>By a certificate made at first start; the kubeconfig names it as its authority.</summary>
public sealed record SelfSignedTls : ApiTls
{
    /// <summary>Names and addresses it is valid for beside <c>localhost</c>, loopback, this machine's name and the address that is listened on.</summary>
    public ImmutableArray<string> Names { get; init; } = [];
}

/// <summary>By a certificate that is there.</summary>
/// <param name="CertificateFile">PEM: the certificate, then those between it and its authority.</param>
/// <param name="KeyFile">PEM.</param>
/// <param name="AuthorityFile">PEM: what a kubeconfig names as authority; null: what the client's machine trusts.</param>
public sealed record FileTls(string CertificateFile, string KeyFile, string? AuthorityFile = null) : ApiTls;
