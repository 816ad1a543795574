namespace Tricks.Torch.Models;

public abstract partial record Architecture
{
    private static readonly Func<string, Architecture?>[] Families =
    [
        ResNetArchitecture.FromName,
        CifarResNetArchitecture.FromName,
        CifarPlainNetArchitecture.FromName,
        ResNetV2Architecture.FromName,
        WideResNetArchitecture.FromName,
        InceptionV3Architecture.FromName,
        MobileNetV1Architecture.FromName,
        VggArchitecture.FromName,
        name => name switch
        {
            WideBottleneckResNetArchitecture.OnlyName => WideResNet50,
            DenseNetArchitecture.OnlyName => DenseNet121,
            LeNet5Architecture.OnlyName => LeNet5,
            _ => null,
        },
    ];

    /// <summary>The names that <see cref="Parse"/> reads besides those of <see cref="Custom"/>, for messages and help texts; {..} stands for a choice.</summary>
    public static IReadOnlyList<string> KnownNames { get; } =
    [
        ResNetArchitecture.Names,
        CifarResNetArchitecture.Names,
        CifarPlainNetArchitecture.Names,
        ResNetV2Architecture.Names,
        WideResNetArchitecture.Names,
        WideBottleneckResNetArchitecture.OnlyName,
        InceptionV3Architecture.Names,
        MobileNetV1Architecture.Names,
        VggArchitecture.Names,
        DenseNetArchitecture.OnlyName,
        LeNet5Architecture.OnlyName,
    ];

    /// <summary>The architecture of a name, the inverse of <see cref="Name"/>: Parse(a.Name) equals a.</summary>
    /// <param name="name">Such as <c>resnet50d</c>, <c>resnet18d_cifar</c>, <c>inception_v3</c>, or a name given to <see cref="Custom"/>; case matters.</param>
    /// <exception cref="UnknownArchitectureException">The name is unknown; the message lists what is known.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The family is known and the depth or width is not.</exception>
    public static Architecture Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return BuiltIn(name)
            ?? CustomArchitecture.FromName(name)
            ?? throw new UnknownArchitectureException(name, KnownNames.Concat(CustomArchitecture.RegisteredNames));
    }

    private static Architecture? BuiltIn(string name) =>
        Families.Select(fromName => fromName(name)).FirstOrDefault(architecture => architecture is not null);

    /// <summary>Whether a name belongs to a family of this library, even if it has no such depth or width.</summary>
    private protected static bool IsBuiltIn(string name)
    {
        try
        {
            return BuiltIn(name) is not null;
        }
        catch (ArgumentOutOfRangeException)
        {
            return true;
        }
    }
}
