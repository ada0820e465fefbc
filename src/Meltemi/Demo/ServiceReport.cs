namespace Meltemi.Program.Demo;

/// <summary>What is in force for a service, and what the control plane says about its MetaRouter.</summary>
/// <param name="Service">The service.</param>
/// <param name="Routes">The routes that the proxy runs by, one a line.</param>
/// <param name="Status">The conditions of the MetaRouter, in a line.</param>
/// <param name="IsSettled">Nothing more is to be expected.</param>
/// <param name="IsGood">All conditions hold.</param>
/// <param name="Warnings">What is legal and surely not meant, one a line.</param>
internal sealed record ServiceReport(
    string Service, IReadOnlyList<string> Routes, string Status, bool IsSettled, bool IsGood, IReadOnlyList<string> Warnings);
