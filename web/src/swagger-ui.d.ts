/** As much of Swagger UI as is used; its package comes without types. */

declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  interface SwaggerUI {
    preauthorizeApiKey(scheme: string, key: string): void;
  }
  interface Options {
    domNode: HTMLElement;
    url: string;
    deepLinking: boolean;
    defaultModelsExpandDepth: number;
    onComplete: () => void;
  }
  export default function (options: Options): SwaggerUI;
}
