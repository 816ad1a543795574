namespace Tricks.Torch.Models;

public abstract partial record Architecture
{
    /// <summary>The names that <see cref="Parse"/> reads, for messages and help texts; {..} stands for a choice.</summary>
    public static IReadOnlyList<string> KnownNames { get; } =
    [
        ResNetArchitecture.Names,
        CifarResNetArchitecture.Names,
        CifarPlainNetArchitecture.Names,
    ];

    /// <summary>The architecture of a name, the inverse of <see cref="Name"/>: Parse(a.Name) equals a.</summary>
    /// <param name="name">Such as <c>resnet50d</c>, <c>resnet18d_cifar</c> or <c>cifar_resnet20</c>; case matters.</param>
    /// <exception cref="ArgumentException">The name is unknown; the message lists what is known.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The family is known and the depth is not.</exception>
    public static Architecture Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ResNetArchitecture.FromName(name)
            ?? CifarResNetArchitecture.FromName(name)
            ?? CifarPlainNetArchitecture.FromName(name)
            ?? throw new ArgumentException(
                $"'{name}' is no known architecture. Known are {string.Join(", ", KnownNames)}.", nameof(name));
    }
}
