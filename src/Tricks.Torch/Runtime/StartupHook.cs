using Tricks.Torch.Runtime;

/// <summary>What .NET runs before an app's Main when DOTNET_STARTUP_HOOKS names this assembly: the child of <see cref="PrecisionSelfTest"/>.</summary>
/// <remarks>The name, without a namespace, is .NET's. The process ends here, so nothing of the app runs in it.</remarks>
internal static class StartupHook
{
    public static void Initialize() => PrecisionSelfTest.RunAsChild();
}
