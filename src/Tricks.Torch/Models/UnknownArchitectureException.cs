namespace Tricks.Torch.Models;

/// <summary>A name that <see cref="Architecture.Parse"/> does not know: mistyped, or that of a network of your own whose factory is not registered yet.</summary>
public sealed class UnknownArchitectureException : ArgumentException
{
    internal UnknownArchitectureException(string name, IEnumerable<string> known)
        : base(
            $"'{name}' is no known architecture. Known are {string.Join(", ", known)}. If it is a network of your own, register its factory first: "
            + $"Architecture.Custom(\"{name}\", ...).",
            nameof(name)) => ArchitectureName = name;

    /// <summary>The unknown name.</summary>
    public string ArchitectureName { get; }
}
